/** Both schemes by the reader's own setting; no colour says anything that words do not. */
export const STYLE = `
:root { color-scheme: light dark; --ground: #fff; --text: #1b1f24; --dim: #5b6470; --line: #d9dee4; --panel: #f5f7f9;
  --ran: #3b76c4; --local: #4f9e86; --remote: #8a6cc2; --same: #c3cad2; --skipped: #b59a5b; --failed: #c6392f; --critical: #d9822b; }
@media (prefers-color-scheme: dark) { :root { --ground: #14171b; --text: #e4e8ec; --dim: #98a2ad; --line: #2d343c; --panel: #1b2026;
  --ran: #6aa2e6; --local: #66b89f; --remote: #ab8fe0; --same: #4a535e; --skipped: #c9ae70; --failed: #ef6a5f; --critical: #eda053; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 1.5rem 1rem 3rem; background: var(--ground); color: var(--text);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: .2rem 0; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; margin: 2rem 0 .6rem; }
h3 { font-size: 1rem; margin: 1rem 0 .4rem; overflow-wrap: anywhere; }
.verdict { display: inline-block; margin: 0; padding: .1rem .6rem; border-radius: 1rem; color: #fff; background: var(--dim); font-weight: 600; font-size: .85rem; }
.verdict.succeeded { background: #2b7a4b; }
.verdict.failed { background: #b3261e; }
.verdict.interrupted { background: #8a6414; }
.verdict.running { background: #2d62ab; }
.facts, .note, footer, .scale { color: var(--dim); }
.bar { display: flex; gap: 2px; height: 12px; margin: .8rem 0 .4rem; }
.bar i { min-width: 3px; border-radius: 2px; }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; margin: .3rem 0; padding: 0; list-style: none; color: var(--dim); font-size: .88rem; }
.legend i { display: inline-block; width: .7rem; height: .7rem; margin-right: .4rem; border-radius: 2px; }
i.ran { background: var(--ran); } i.local { background: var(--local); } i.remote { background: var(--remote); } i.same { background: var(--same); }
i.skipped { background: var(--skipped); } i.failed { background: var(--failed); } i.critical { background: var(--critical); }
rect.ran { fill: var(--ran); } rect.critical { fill: var(--critical); } rect.failed { fill: var(--failed); }
td.failed { color: var(--failed); font-weight: 600; } td.skipped { color: var(--skipped); } td.ran { color: var(--ran); }
td.local { color: var(--local); } td.remote { color: var(--remote); }
.timeline { display: block; width: 100%; background: var(--panel); border-radius: 4px; }
.scale { display: flex; justify-content: space-between; margin: .2rem 0; font-size: .8rem; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: .25rem .6rem .25rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { color: var(--dim); font-weight: 600; font-size: .85rem; }
.number { position: relative; width: 7rem; text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.share { position: absolute; right: .6rem; bottom: 1px; height: 2px; max-width: 6rem; background: var(--ran); }
pre { margin: .4rem 0; padding: .7rem; max-height: 28rem; overflow: auto; background: var(--panel); border: 1px solid var(--line);
  border-radius: 4px; font: 13px/1.45 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
code { font: .9em ui-monospace, monospace; }
summary { cursor: pointer; }
.faults { margin-top: 1.5rem; padding: .1rem 1rem; border: 1px solid var(--skipped); border-radius: 4px; }
.faults h2 { margin-top: .8rem; }
footer { margin-top: 3rem; font-size: .85rem; }
@media (max-width: 40rem) { .number { width: 5rem; } .share { max-width: 4rem; } td:nth-child(4), th:nth-child(4) { display: none; } }
`;
