# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The look of a report's page. Each colour has one meaning, in light and in dark."""

from __future__ import annotations

# error: failed, off. wait: to be looked at, paused. busy: running, used. good: done. idle: free. stop: canceled.
# plain: a bar by itself. c1 to c6, others: parts of bars that have no meaning of their own, such as pools.
STYLE = """
:root { color-scheme: light dark; --page: #f6f7f9; --card: #fff; --text: #1c2128; --soft: #59636e; --line: #d5d9df;
  --link: #0b5cad; --error: #c0312b; --wait: #9a6700; --busy: #2a6fc9; --good: #1a7f37; --idle: #7d8590;
  --stop: #7a5c48; --plain: #0f7b83; --c1: #8a4fb0; --c2: #5d7a1f; --c3: #a8397f; --c4: #46738c; --c5: #4c4fb8;
  --c6: #b06a2c; --others: #8d8272; }
@media (prefers-color-scheme: dark) { :root { --page: #0f1216; --card: #181c22; --text: #e4e8ed; --soft: #a0a9b4;
  --line: #363d47; --link: #7db8f5; --error: #ff7b72; --wait: #e3b341; --busy: #6cb0ff; --good: #56d364;
  --idle: #9199a3; --stop: #c9a18a; --plain: #3fb8c1; --c1: #cb95ee; --c2: #a5c552; --c3: #ee86c3; --c4: #8fb3c9;
  --c5: #9a9cf5; --c6: #e09a5f; --others: #b5a995; } }
* { box-sizing: border-box; }
html { scroll-padding-top: 56px; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
header, main, nav ul { max-width: 1200px; margin: 0 auto; padding: 0 16px; }
header { padding-top: 16px; padding-bottom: 8px; }
main { padding-bottom: 48px; }
h1 { font-size: 1.5rem; line-height: 1.2; margin: 0; }
h2 { font-size: 1.2rem; margin: 28px 0 12px; overflow-wrap: anywhere; }
h3 { font-size: 1rem; margin: 0 0 8px; overflow-wrap: anywhere; }
p { margin: 4px 0; }
a { color: var(--link); }
.soft { color: var(--soft); font-weight: 400; }
h2 .soft { font-size: .9375rem; }
nav { position: sticky; top: 0; z-index: 1; background: var(--page); border-bottom: 1px solid var(--line); }
nav ul { display: flex; flex-wrap: wrap; gap: 0 20px; list-style: none; padding-top: 6px; padding-bottom: 6px; }
nav a { display: inline-block; padding: 6px 0; text-decoration: none; }
nav a:hover { text-decoration: underline; }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); gap: 12px; margin: 0; }
.tiles div, .card, figure { background: var(--card); border: 1px solid var(--line); border-radius: 8px;
  padding: 12px 16px; min-width: 0; }
.tiles .error, .tiles .wait { border-left: 4px solid var(--tone); }
.tiles dt { color: var(--soft); font-size: .875rem; }
.tiles dd { margin: 0; font-size: 1.5rem; font-weight: 600; line-height: 1.3; overflow-wrap: anywhere; }
.tiles dd.soft { font-size: .8125rem; font-weight: 400; }
.tiles .error dd:not(.soft), .tiles .wait dd:not(.soft), summary.error, summary.wait, .bad { color: var(--tone); }
.card { margin: 0 0 16px; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); gap: 16px; }
figure { margin: 0; }
.error, .bad { --tone: var(--error); }
.wait { --tone: var(--wait); }
.busy { --tone: var(--busy); }
.good { --tone: var(--good); }
.idle { --tone: var(--idle); }
.stop { --tone: var(--stop); }
.plain { --tone: var(--plain); }
.c1 { --tone: var(--c1); }
.c2 { --tone: var(--c2); }
.c3 { --tone: var(--c3); }
.c4 { --tone: var(--c4); }
.c5 { --tone: var(--c5); }
.c6 { --tone: var(--c6); }
.others { --tone: var(--others); }
.state::before { content: ""; display: inline-block; width: .65em; height: .65em; margin-right: .4em;
  border-radius: 2px; background: var(--tone); }
.legend { display: flex; flex-wrap: wrap; gap: 2px 16px; list-style: none; margin: 0 0 8px; padding: 0;
  font-size: .875rem; }
.legend li { overflow-wrap: anywhere; }
rect { fill: var(--tone); }
svg text { fill: var(--soft); font-size: 12px; }
svg line { stroke: var(--line); }
.plot { display: flex; }
.axis { flex: none; }
.area { flex: 1; min-width: 0; }
.figures { display: flex; flex-wrap: wrap; gap: 8px 32px; margin: 0; }
.figures dt { color: var(--soft); font-size: .875rem; overflow-wrap: anywhere; }
.figures dd { margin: 0; font-size: 1.2rem; font-weight: 600; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; }
caption { text-align: left; color: var(--soft); padding: 4px 0; }
th, td { text-align: left; padding: 4px 16px 4px 0; vertical-align: top; max-width: 32rem; overflow-wrap: break-word; }
th { font-weight: 600; white-space: nowrap; }
.stacks th, .stacks td { border-bottom: 1px solid var(--line); }
.stacks td.why { min-width: 12rem; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.fixed, .stacks .first { white-space: nowrap; }
.bars th { width: 34%; font-weight: 400; white-space: normal; overflow-wrap: anywhere; }
.bars .bar { padding-right: 12px; }
.bars svg { display: block; margin-top: 4px; border-radius: 2px; }
.bars td.number { width: 1%; padding-right: 0; }
.parts { display: block; color: var(--soft); font-size: .75rem; line-height: 1.3; padding-top: 2px; }
.scroll { overflow-x: auto; }
figure .scroll { max-height: 320px; overflow-y: auto; }
summary { cursor: pointer; padding: 4px 0; }
.count { color: var(--soft); padding-left: .3em; }
ul { margin: 4px 0; padding-left: 20px; }
li { overflow-wrap: anywhere; }
pre { margin: 4px 0; white-space: pre-wrap; overflow-wrap: anywhere; font-size: .8125rem; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
@media (max-width: 600px) {
  header, main, nav ul { padding-left: 12px; padding-right: 12px; }
  .card, figure, .tiles div { padding: 10px 12px; }
  .tiles { grid-template-columns: repeat(2, 1fr); gap: 8px; }
  .tiles dd { font-size: 1.3rem; }
  nav ul { gap: 0 16px; font-size: .9375rem; }
  .bars th { width: 38%; }
  .stacks thead { display: none; }
  .stacks, .stacks tbody, .stacks caption { display: block; }
  .stacks tr { display: flex; flex-wrap: wrap; gap: 0 14px; padding: 8px 0; border-bottom: 1px solid var(--line); }
  .stacks td { border: 0; padding: 1px 0; text-align: left; white-space: normal; max-width: 100%; min-width: 0;
    overflow-wrap: anywhere; }
  .stacks td:empty { display: none; }
  .stacks td::before { content: attr(data-head) " "; color: var(--soft); }
  .stacks td.first { font-weight: 600; }
  .stacks td.why { flex-basis: 100%; }
}
"""
