/** Colours by what they mean; light and dark. `--x` of an outcome is its own, `--x-bg` what is behind text. */
const LIGHT = `--paper:#fbfaf8;--card:#fff;--ink:#1d2126;--quiet:#5b6470;--line:#cfd4da;--band:#f2f1ee;--band-odd:#f7f6f4;--link:#a9b2bd;--accent:#2457c5;--critical:#c9570c;
--failed:#c3232f;--skipped:#a06a00;--ran:#2457c5;--remote:#6b3fa0;--local:#0f7c86;--current:#4f8a68;--none:#8a929c`;
const DARK = `--paper:#14171b;--card:#1f242b;--ink:#e6e9ed;--quiet:#9aa4b1;--line:#3a424c;--band:#191d22;--band-odd:#1c2127;--link:#56616e;--accent:#86aefc;--critical:#ff9a4d;
--failed:#ff6b73;--skipped:#e0a93b;--ran:#86aefc;--remote:#b996ee;--local:#4cc3cd;--current:#7fc39d;--none:#7b8590`;

/** `data-theme` on the document decides, else what the reader's system prefers. */
export const THEME = `:root{color-scheme:light dark;${LIGHT}}
@media (prefers-color-scheme:dark){:root:not([data-theme=light]){${DARK}}}
:root[data-theme=dark]{color-scheme:dark;${DARK}}
:root[data-theme=light]{color-scheme:light}`;

const OF_OUTCOMES = ['failed', 'skipped', 'ran', 'remote', 'local', 'current', 'none']
  .map((name) => `.${name}{--own:var(--${name})}`)
  .join('');

export const DRAWING = `${OF_OUTCOMES}
svg text{font:12.5px system-ui,-apple-system,"Segoe UI",sans-serif;fill:var(--ink)}
.lane rect{fill:var(--band)}.lane.odd rect{fill:var(--band-odd)}
.lane-name{pointer-events:none}.lane-name rect{fill:var(--band)}.lane-name.odd rect{fill:var(--band-odd)}
.lane-name text{font-weight:650;fill:var(--quiet);letter-spacing:.02em}
.link{fill:none;stroke:var(--link);stroke-width:var(--w);marker-end:url(#end-plain)}
.link.back{stroke-dasharray:5 4}.link.implied:not(.critical):not(.near){opacity:.4}
.link.critical{stroke:var(--critical);stroke-width:calc(var(--w) + 1.4px);marker-end:url(#end-critical)}
.end-plain path{fill:var(--link)}.end-critical path{fill:var(--critical)}.end-near path{fill:var(--accent)}
.body{fill:var(--card);stroke:var(--line)}
.behind{fill:var(--card);stroke:var(--line)}
.box.none .body{stroke-dasharray:4 3}
.box.failed .body{stroke:var(--failed);stroke-width:1.6}
.box.critical .body{stroke:var(--critical);stroke-width:2.2;stroke-dasharray:none}
.bar{fill:var(--own)}
.sign{fill:none;stroke:var(--own);stroke-width:1.9;stroke-linecap:round;stroke-linejoin:round}
.sign .full{fill:var(--own)}
.part{fill:var(--own)}
.name{font-weight:600}
svg .where,svg .time{font-size:11px;fill:var(--quiet)}
.time{text-anchor:end;font-variant-numeric:tabular-nums}
.plus{fill:none;stroke:var(--quiet);stroke-width:1.6;stroke-linecap:round}`;
