"""How a report looks: on light and dark screens, on a phone, and on paper; colours have a contrast of 4.5 and more."""

STYLE = """
:root { color-scheme: light dark; --ink: #1b2430; --quiet: #4c5a6b; --page: #fff; --panel: #f3f6f9; --line: #c3ccd6;
  --good: #1d6b3a; --bad: #b3261e; --open: #7a5200; --on: #fff; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8edf2; --quiet: #aab7c4; --page: #12181f; --panel: #1b242e;
  --line: #3b4957; --good: #7bd49a; --bad: #ff9d94; --open: #f0c36a; --on: #12181f; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main, header, footer { max-width: 62rem; margin: 0 auto; padding: 1rem 1.25rem; }
h1 { font-size: 1.6rem; margin: .5rem 0; } h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1rem 0 .25rem; }
.quiet { color: var(--quiet); }
.verdict { display: inline-block; padding: .25rem .75rem; border-radius: .5rem; font-weight: 600; color: var(--on); }
.verdict.refused, rect.refused { background: var(--good); fill: var(--good); }
.verdict.succeeded, rect.succeeded { background: var(--bad); fill: var(--bad); }
.verdict.not-run, rect.not-run { background: var(--open); fill: var(--open); }
.word { font-weight: 600; white-space: nowrap; } .word.refused { color: var(--good); }
.word.succeeded { color: var(--bad); } .word.not-run { color: var(--open); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; }
dt { color: var(--quiet); } dd { margin: 0; overflow-wrap: anywhere; }
.wide { overflow-x: auto; } .wide:focus-visible { outline: 2px solid; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid var(--line); }
td.number, th.number { text-align: right; }
svg { width: 8rem; height: .9rem; display: block; }
details { border: 1px solid var(--line); border-radius: .5rem; margin: .5rem 0; padding: .25rem .75rem; }
summary { cursor: pointer; padding: .25rem 0; } summary:focus-visible { outline: 2px solid; }
pre, code { font: .85rem/1.45 ui-monospace, monospace; overflow-wrap: anywhere; white-space: pre-wrap; }
pre { background: var(--panel); padding: .6rem .75rem; border-radius: .375rem; margin: .25rem 0; }
ol.evidence { padding-left: 1.5rem; }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; } }
@media print { :root { color-scheme: light; --ink: #000; --quiet: #333; --page: #fff; --panel: #f3f3f3; --line: #999;
  --good: #1d6b3a; --bad: #b3261e; --open: #7a5200; --on: #fff; }
  details, tr { break-inside: avoid; } details::details-content { content-visibility: visible; display: block; }
  .verdict, rect { print-color-adjust: exact; } }
"""
