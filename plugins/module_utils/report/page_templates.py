# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The templates of a report's page. Texts of Python, as a module that runs on another machine brings only Python along.

report_page.py says which variables they have, and escapes all that they put out.
"""

from __future__ import annotations

PAGE = """
{% from "parts" import figures, table, told %}
{% from "charts" import chart %}
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{{ policy }}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Housekeeping of Determined clusters</title>
<style>{{ style }}</style>
</head>
<body>
<header>
<h1>Housekeeping of Determined clusters</h1>
<p class="soft">{{ span }}</p>
</header>
{% if links %}
<nav aria-label="Sections"><ul>
{% for anchor, name in links %}
<li><a href="#{{ anchor }}">{{ name }}</a></li>
{% endfor %}
</ul></nav>
{% endif %}
<main>
{% if tiles %}
<section aria-label="What was done">
<h2>What was done <span class="soft">{{ period }}</span></h2>
{{ figures(tiles) }}
</section>
{% endif %}

{% if errors %}
<section id="errors">
<h2>Errors</h2>
{% for role in errors %}
<div class="card">
<h3><a href="#{{ role.anchor }}">{{ role.role }}</a> on {{ role.cluster }}, {{ role.time }} UTC</h3>
{% if role.latest.errors %}
<ul>
{% for text in role.latest.errors %}
<li class="bad">{{ text }}</li>
{% endfor %}
</ul>
{% endif %}
{% for one in role.latest.tables if one.title == "failed" %}
{{ table(one, open=true) }}
{% endfor %}
</div>
{% endfor %}
</section>
{% endif %}

{% if roles %}
<section id="roles">
<h2>Latest runs</h2>
<div class="card">
<table class="stacks">
<caption>The newest run of each role on each cluster, times in UTC</caption>
<thead><tr><th>cluster</th><th>role</th><th>time</th><th>result</th><th>summary</th></tr></thead>
<tbody>
{% for role in roles %}
<tr>
<td data-head="cluster">
{%- if role.link %}<a href="{{ role.link }}">{{ role.cluster }}</a>{% else %}{{ role.cluster }}{% endif -%}
</td>
<td data-head="role" class="first"><a href="#{{ role.anchor }}">{{ role.role }}</a></td>
<td data-head="time" class="fixed">{{ role.time }}</td>
<td data-head="result">
{%- if role.failed %}<span class="state error">failed</span>{% else %}<span class="state good">ok</span>{% endif -%}
</td>
<td data-head="summary" class="why">{{ role.summary }}</td>
</tr>
{% endfor %}
</tbody></table>
</div>
</section>
{% endif %}

{% if history %}
<section id="history">
<h2>History</h2>
{% for one in history %}
{{ chart(one) }}
{% endfor %}
</section>
{% endif %}

{% if kept %}
<section id="kept">
<h2>What was kept and why</h2>
{% for one in kept %}
{{ chart(one) }}
{% endfor %}
</section>
{% endif %}

{% if usage %}
<section id="usage">
{% for cluster, charts in usage %}
<h2>Usage of {{ cluster }}</h2>
<div class="charts">
{% for one in charts %}
{{ chart(one) }}
{% endfor %}
</div>
{% endfor %}
</section>
{% endif %}

{% if roles %}
<section id="details">
<h2>What each role did</h2>
{% for role in roles %}
<div class="card" id="{{ role.anchor }}">
<h3>{{ role.role }} on {{ role.cluster }}</h3>
{% if role.earlier %}
<p>{{ role.earlier.time }} UTC, the last run with something to do:</p>
{{ told(role.earlier) }}
<details>
<summary>{{ role.time }} UTC, the latest run: nothing to do</summary>
{{ told(role.latest) }}
</details>
{% else %}
<p class="soft">{{ role.time }} UTC</p>
{{ told(role.latest) }}
{% if not role.latest.tables and not role.latest.lines %}
<p>{{ "See the errors." if role.failed else "See the charts." if role.charts else "Nothing to do." }}</p>
{% endif %}
{% endif %}
</div>
{% endfor %}
</section>
{% endif %}
</main>
</body>
</html>
"""

PARTS = """
{% macro figures(several) %}
<dl class="tiles">
{% for one in several %}
<div{% if one.tone %} class="{{ one.tone }}"{% endif %}>
<dt>{% if one.anchor %}<a href="#{{ one.anchor }}">{{ one.name }}</a>{% else %}{{ one.name }}{% endif %}</dt>
<dd>{{ one.value }}</dd>
{% if one.more %}
<dd class="soft">{{ one.more }}</dd>
{% endif %}
</div>
{% endfor %}
</dl>
{% endmacro %}

{% macro told(run) %}
{% if run.lines %}
<pre>{{ run.lines | join("\n") }}</pre>
{% endif %}
{% for one in run.tables %}
{{ table(one) }}
{% endfor %}
{% endmacro %}

{% macro table(one, open=false) %}
<details{% if open %} open{% endif %}>
<summary{% if one.tone %} class="{{ one.tone }}"{% endif %}>{{ one.title[:1] | upper }}{{ one.title[1:] }}
 <span class="count">{{ "{:,}".format(one.count) }}</span></summary>
<div class="scroll"><table class="stacks">
<thead><tr>
{%- for name, look in one.heads %}<th{% if look %} class="{{ look }}"{% endif %}>{{ name }}</th>{% endfor -%}
</tr></thead>
<tbody>
{% for line in one.rows %}
<tr>
{%- for cell in line %}
{% if cell.text %}
<td data-head="{{ one.heads[loop.index0][0] }}"{% if cell.look %} class="{{ cell.look }}"{% endif %}>
{%- if cell.link %}<a href="{{ cell.link }}">{{ cell.text }}</a>
{%- elif cell.tone %}<span class="state {{ cell.tone }}">{{ cell.text }}</span>
{%- else %}{{ cell.text }}{% endif -%}
</td>
{%- else %}<td></td>{% endif %}
{% endfor -%}
</tr>
{% endfor %}
</tbody></table></div>
{% if one.more %}
<p class="soft">{{ "{:,}".format(one.more) }} more rows are in the files of the run.</p>
{% endif %}
</details>
{% endmacro %}
"""

CHARTS = """
{% from "parts" import table %}
{% macro chart(drawn) %}
{% set one = drawn.chart %}
<figure>
<h3>{{ one.title }}{% if one.unit %}, {{ one.unit }}{% endif %}</h3>
{% if one.legend %}
<ul class="legend">
{% for name, tone in one.legend %}
<li class="state {{ tone }}">{{ name }}</li>
{% endfor %}
</ul>
{% endif %}
{% if one.form == "figures" %}
{{ figures(one) }}
{% elif one.form == "bars" %}
{{ bars(one) }}
{% else %}
{{ columns(one, drawn.values) }}
{% endif %}
{% if drawn.numbers %}
{{ table(drawn.numbers) }}
{% endif %}
</figure>
{% endmacro %}

{% macro figures(one) %}
<dl class="figures">
{% for bar in one.bars if bar.parts %}
{% for part in bar.parts %}
<div><dt>{{ bar.name }}{% if part.name %}, {{ part.name }}{% endif %}</dt><dd>{{ part.text }}</dd></div>
{% endfor %}
{% endfor %}
</dl>
{% endmacro %}

{% macro bars(one) %}
<table class="bars">
<tbody>
{% for bar in one.bars %}
<tr><th scope="row">{{ bar.name }}</th><td class="bar"><svg aria-hidden="true" height="14" width="100%">
{%- for part in bar.parts %}
<rect class="{{ part.tone }}" x="{{ part.start }}%" width="{{ part.share }}%" height="14"/>
{%- endfor %}
</svg>
{% if one.legend %}
<span class="parts">
{%- for part in bar.parts %}{{ part.text }} {{ part.name }}{{ "" if loop.last else ", " }}{% endfor -%}
</span>
{% endif %}
</td><td class="number">{{ bar.text }}</td></tr>
{% endfor %}
</tbody></table>
{% endmacro %}

{% macro columns(one, values) %}
{% set width = 100 / one.bars | length %}
<div class="plot" role="img" aria-label="{{ one.title }}, the numbers are below">
<svg class="axis" width="52" height="200">
{% for tick in one.ticks %}
<text x="46" y="{{ tick.place }}%" dy="4" text-anchor="end">{{ tick.text }}</text>
{% endfor %}
</svg><svg class="area" height="200" width="100%">
{% for tick in one.ticks %}
<line x1="0" x2="100%" y1="{{ tick.place }}%" y2="{{ tick.place }}%"/>
{% endfor %}
{% for bar in one.bars if bar.parts %}
{% set left = width * one.bars.index(bar) %}
{% for part in bar.parts %}
<rect class="{{ part.tone }}" x="{{ "%.2f" % (left + width * 0.15) }}%" width="{{ "%.2f" % (width * 0.7) }}%"
 y="{{ part.start }}%" height="{{ part.share }}%">
<title>{{ bar.name }}{% if part.name %}, {{ part.name }}{% endif %}: {{ part.text }}</title></rect>
{% endfor %}
{% if one.bars.index(bar) in values %}
<text x="{{ "%.2f" % (left + width / 2) }}%" y="{{ (bar.parts | last).start }}%" dy="-4" text-anchor="middle">
{{- bar.text }}</text>
{% endif %}
{% endfor %}
{% for name in one.names %}
<text x="{{ name.place }}%" y="97%" text-anchor="{{ name.anchor }}">{{ name.text }}</text>
{% endfor %}
</svg></div>
{% endmacro %}
"""

TEMPLATES = {"page": PAGE.lstrip(), "parts": PARTS, "charts": CHARTS}
