import { escapeText } from './draw.ts';
import { DRAWING, THEME } from './graph-style.ts';
import type { Picture } from './picture.ts';

/** What the page brings along, from the bundle. */
export interface PageParts {
  readonly script: string;
  readonly style: string;
}

/** A page that needs no server and no network, and asks for none: its policy lets nothing in. */
export function pageText(picture: Picture, { script, style }: PageParts): string {
  const data = JSON.stringify(picture).replaceAll('<', '\\u003c');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeText(picture.title)} · recomp graph</title>
<link rel="icon" href="data:,">
<style>
${THEME}
${DRAWING}
${style}</style>
</head>
<body>
<script type="application/json" id="picture">${data}</script>
<script>${script.replaceAll('</script', '<\\/script')}</script>
</body>
</html>
`;
}
