/** The page's look: one column on a telephone, pictures side by side on a desk; light and dark as the reader has it. */
export const STYLE = `
:root {
  --paper: #fbfaf8; --card: #fff; --ink: #1d2126; --quiet: #5b6470; --line: #dcdfe3; --accent: #2457c5;
  --same: #7fb59a; --shifted: #d99a1c; --different: #d3313b; --missing: #6b3fa0; --extra: #2b7bd0; --outside: #c3c8ce;
  --good: #1c7a4c; --bad: #b3202b; --wave: #9aa6b5; --checker: #e9ebee;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171b; --card: #1c2026; --ink: #e6e9ed; --quiet: #9aa4b1; --line: #333a43; --accent: #86aefc;
    --same: #3f7a5f; --shifted: #d9a441; --different: #f0545c; --missing: #ab84e0; --extra: #5aa6f2; --outside: #48505a;
    --good: #5cc492; --bad: #ff7078; --wave: #5e6b7b; --checker: #262b32;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
header, main, footer { max-width: 1320px; margin: 0 auto; padding: 0 clamp(14px, 3vw, 32px); }
header { padding-top: 22px; display: flex; flex-wrap: wrap; align-items: baseline; gap: 4px 14px; }
h1 { font-size: 1.5rem; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; margin: 0 0 10px; }
h3 { font-size: .85rem; margin: 14px 0 4px; color: var(--quiet); font-weight: 600; }
.verdict { margin: 0; padding: 1px 12px; border-radius: 99px; font-weight: 650; color: var(--card); background: var(--bad); }
.verdict.passed { background: var(--good); }
.numbers, .notes { margin: 0; color: var(--quiet); }
.notes { flex-basis: 100%; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 16px clamp(12px, 2vw, 20px); margin: 16px 0; }
.first ol, .first ul { margin: 0; padding-left: 1.4em; }
.first ol { font-weight: 550; }
.first ul { color: var(--quiet); }
.timeline { position: relative; cursor: pointer; outline-offset: 4px; border-radius: 4px; touch-action: pan-y; }
.timeline:focus-visible { outline: 2px solid var(--accent); }
.lane { display: block; width: 100%; }
canvas.lane { margin-top: 4px; }
.scenes { position: relative; height: 20px; font-size: 12px; color: var(--quiet); }
.scenes:empty { display: none; }
.scenes span { position: absolute; overflow: hidden; white-space: nowrap; text-overflow: ellipsis; border-left: 2px solid var(--quiet); padding-left: 4px; line-height: 16px; }
.cursor { position: absolute; top: 0; bottom: 0; width: 2px; margin-left: -1px; background: var(--ink); pointer-events: none; }
.cursor::before { content: ""; position: absolute; top: -2px; left: -4px; border: 5px solid transparent; border-top-color: var(--ink); }
.hover { margin: 6px 0 0; font-size: 13px; color: var(--quiet); font-variant-numeric: tabular-nums; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 16px; margin: 6px 0 0; padding: 0; list-style: none; font-size: 13px; color: var(--quiet); }
.legend i { display: inline-block; width: 10px; height: 10px; border-radius: 2px; margin-right: 6px; }
.same { background: var(--same); } .shifted { background: var(--shifted); } .different { background: var(--different); }
.missing { background: var(--missing); } .extra { background: var(--extra); }
.bar { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: baseline; gap: 6px 16px; }
.bar h2 { margin: 0; }
.steps { margin: 0; font-variant-numeric: tabular-nums; color: var(--quiet); }
button { font: inherit; font-size: 14px; color: var(--ink); background: var(--paper); border: 1px solid var(--line); border-radius: 6px; padding: 4px 12px; cursor: pointer; }
button:hover { border-color: var(--accent); }
button:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
button:disabled { opacity: .45; cursor: default; }
.title { margin: 10px 0 0; font-size: 1.1rem; font-weight: 600; }
.facts { margin: 0 0 10px; color: var(--quiet); font-variant-numeric: tabular-nums; min-height: 1.5em; }
.pictures { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 12px; }
figure { margin: 0; }
figcaption { font-size: 13px; color: var(--quiet); margin-bottom: 3px; }
.frame { position: relative; aspect-ratio: 16 / 9; display: grid; place-items: center; background: var(--checker); border-radius: 4px; overflow: hidden; font-size: 13px; color: var(--quiet); text-align: center; }
.frame.filled { aspect-ratio: auto; display: block; }
.frame img { display: block; width: 100%; image-rendering: pixelated; }
.frame p { margin: 0; padding: 0 10px; }
.frame .box { position: absolute; border: 2px solid #fff; outline: 1px solid #000; border-radius: 3px; min-width: 10px; min-height: 10px; pointer-events: none; }
.strip { display: flex; gap: 8px; overflow-x: auto; margin-top: 12px; padding: 3px 3px 6px; }
.strip:empty { display: none; }
.strip button { flex: 0 0 auto; padding: 3px; width: 104px; font-size: 12px; line-height: 1.3; color: var(--quiet); }
.strip img { display: block; width: 100%; aspect-ratio: 16 / 9; object-fit: contain; background: var(--checker); border-radius: 3px; margin-bottom: 2px; image-rendering: pixelated; }
.strip button[aria-current="true"] { border-color: var(--accent); box-shadow: 0 0 0 1px var(--accent); color: var(--ink); }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
.wide { overflow-x: auto; }
th, td { text-align: left; vertical-align: top; padding: 6px 10px 6px 0; border-top: 1px solid var(--line); }
thead th { border-top: 0; color: var(--quiet); font-weight: 600; font-size: 13px; }
tbody th { font-weight: 600; white-space: nowrap; }
.figures td { font-variant-numeric: tabular-nums; white-space: nowrap; }
.mark { font-weight: 650; color: var(--good); }
.failed .mark { color: var(--bad); }
footer { color: var(--quiet); font-size: 13px; padding-bottom: 28px; }
@media (max-width: 640px) {
  .pictures { grid-template-columns: minmax(0, 1fr); }
  .frame:not(.filled) { aspect-ratio: auto; padding: 14px 0; }
  section { margin: 12px 0; }
  table:not(.figures) thead { display: none; }
  table:not(.figures) tr { display: block; border-top: 1px solid var(--line); padding: 6px 0; }
  table:not(.figures) th, table:not(.figures) td { border: 0; padding: 0 8px 0 0; display: inline; }
  table:not(.figures) td:last-child { display: block; color: var(--quiet); }
}
`;
