# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The look of a report's page, and what draws its charts in the colours of the reader's scheme."""

from __future__ import annotations

STYLE = """
:root { color-scheme: light dark; --page: #f6f7f9; --card: #ffffff; --text: #1c2128; --soft: #59636e; --line: #d5d9df;
  --good: #1a7f37; --bad: #b42318; --link: #0b5cad; }
@media (prefers-color-scheme: dark) { :root { --page: #0f1216; --card: #181c22; --text: #e4e8ed; --soft: #a0a9b4;
  --line: #363d47; --good: #5cc878; --bad: #ff8f84; --link: #7db8f5; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
header, main { max-width: 1200px; margin: 0 auto; padding: 16px; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 8px 0; }
h2 { font-size: 1.25rem; margin: 32px 0 12px; }
h3 { font-size: 1rem; margin: 0 0 8px; overflow-wrap: anywhere; }
p { margin: 4px 0; }
a { color: var(--link); }
header p, figcaption, summary { color: var(--soft); }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin: 16px 0 0; }
.cards div, section > .card, figure { background: var(--card); border: 1px solid var(--line); border-radius: 8px;
  padding: 12px 16px; }
.cards dt { color: var(--soft); font-size: .875rem; }
.cards dd { margin: 0; font-size: 1.4rem; font-weight: 600; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 480px), 1fr)); gap: 16px;
  align-items: start; }
figure { margin: 0; min-width: 0; }
section > .card { margin: 0 0 16px; min-width: 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; }
caption { text-align: left; color: var(--soft); padding: 4px 0; }
th, td { text-align: left; padding: 4px 16px 4px 0; border-bottom: 1px solid var(--line); vertical-align: top;
  max-width: 32rem; overflow-wrap: break-word; }
th { font-weight: 600; white-space: nowrap; }
td:last-child:not(.number):not(.fixed) { min-width: 12rem; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.fixed { white-space: nowrap; }
summary { cursor: pointer; padding: 4px 0; }
ul { margin: 4px 0; padding-left: 20px; }
li { overflow-wrap: anywhere; }
pre { margin: 4px 0; white-space: pre-wrap; font-size: .8125rem; }
.good { color: var(--good); }
.bad { color: var(--bad); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
@media (max-width: 500px) {
  header, main { padding: 12px; }
  figure, section > .card, .cards div { padding: 10px 12px; }
  .stacks thead { display: none; }
  .stacks tr { display: block; padding: 6px 0; border-bottom: 1px solid var(--line); }
  .stacks td { display: grid; grid-template-columns: 5rem 1fr; gap: 8px; border: 0; padding: 1px 0;
    white-space: normal; }
  .stacks td::before { content: attr(data-head); color: var(--soft); }
}
"""

SCRIPT = """
(function () {
  "use strict";
  var charts = document.querySelectorAll("[data-chart]");
  function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }
  function draw(place) {
    var figure = JSON.parse(document.getElementById(place.dataset.chart).textContent), layout = figure.layout;
    layout.paper_bgcolor = layout.plot_bgcolor = "rgba(0,0,0,0)";
    layout.font = {color: colour("--text"), family: "system-ui, sans-serif", size: 12};
    layout.hoverlabel = {bgcolor: colour("--card"), bordercolor: colour("--line"), font: layout.font};
    [layout.xaxis, layout.yaxis].forEach(function (axis) {
      axis.gridcolor = axis.zerolinecolor = axis.linecolor = colour("--line");
    });
    Plotly.react(place, figure.data, layout, {displayModeBar: false, responsive: true});
  }
  function drawAll() { charts.forEach(draw); }
  drawAll();
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
})();
"""
