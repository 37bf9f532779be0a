/** Light and dark as the reader has it; code scrolls in its own box. */
export const ROUNDS_STYLE = `
:root { --paper: #fbfaf8; --card: #fff; --ink: #1d2126; --quiet: #5b6470; --line: #dcdfe3; --good: #1c7a4c; --bad: #b3202b;
  --new: #e3f4e8; --gone: #fde7e7; --new-ink: #10532f; --gone-ink: #86141d; }
@media (prefers-color-scheme: dark) { :root { --paper: #14171b; --card: #1c2026; --ink: #e6e9ed; --quiet: #9aa4b1; --line: #333a43;
  --good: #5cc492; --bad: #ff7078; --new: #16321f; --gone: #3b1a1d; --new-ink: #a4e3bd; --gone-ink: #ffb4b8; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
header, main, footer { max-width: 1180px; margin: 0 auto; padding: 0 clamp(14px, 3vw, 32px); }
header { padding-top: 22px; } footer { padding-bottom: 30px; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.1rem; margin: 26px 0 10px; }
p { margin: 4px 0; } .quiet, footer { color: var(--quiet); } code, pre { font: 13px/1.5 ui-monospace, monospace; }
.numbers { display: flex; flex-wrap: wrap; gap: 10px; margin: 14px 0 0; padding: 0; list-style: none; }
.numbers li { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 8px 14px; min-width: 130px; }
.numbers b { display: block; font-size: 1.35rem; line-height: 1.3; }
table { border-collapse: collapse; width: 100%; background: var(--card); border: 1px solid var(--line); }
th, td { text-align: left; padding: 6px 12px; border-top: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
thead th { font-size: .85rem; color: var(--quiet); border-top: 0; } .wide { overflow-x: auto; }
.passed { color: var(--good); font-weight: 600; } .failed { color: var(--bad); font-weight: 600; }
.was { color: var(--gone-ink); } .is { color: var(--new-ink); font-weight: 600; }
details { background: var(--card); border: 1px solid var(--line); border-radius: 8px; margin: 8px 0; }
summary { cursor: pointer; padding: 8px 14px; overflow-wrap: anywhere; } summary code { color: var(--quiet); }
pre { margin: 0; padding: 8px 0; overflow-x: auto; border-top: 1px solid var(--line); }
pre span { display: block; padding: 0 14px; white-space: pre; min-width: max-content; }
pre .new { background: var(--new); color: var(--new-ink); } pre .gone { background: var(--gone); color: var(--gone-ink); }
pre .skip { color: var(--quiet); }
.tag { display: inline-block; border-radius: 99px; padding: 0 9px; font-size: .8rem; border: 1px solid var(--line); }
.tag.new { background: var(--new); color: var(--new-ink); } .tag.gone { background: var(--gone); color: var(--gone-ink); }
`;
