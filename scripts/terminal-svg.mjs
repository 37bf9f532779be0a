// A terminal's screen, with its colours, as a picture.

const CELL = { width: 8.4, height: 19, size: 14 };
const MARGIN = 16;
const COLOURS = ['#484f58', '#ff7b72', '#56d364', '#e3b341', '#79c0ff', '#d2a8ff', '#76e3ea', '#e6edf3'];
const INK = '#e6edf3';
const PAPER = '#0d1117';

/** `lines`: as tmux's `capture-pane -e` gives them. */
export function terminalSvg(lines, columns, title) {
  const width = Math.ceil(columns * CELL.width + 2 * MARGIN);
  const height = lines.length * CELL.height + 2 * MARGIN;
  let style = {};
  const rows = lines.map((line, row) => {
    const { spans, last } = spansOf(line, style);
    style = last;
    return rowText(spans, row);
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}">
<rect width="100%" height="100%" rx="8" fill="${PAPER}"/>
<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="${CELL.size}" fill="${INK}">
${rows.filter((row) => row !== '').join('\n')}
</g>
</svg>
`;
}

function rowText(spans, row) {
  const y = MARGIN + (row + 0.75) * CELL.height;
  let column = 0;
  const parts = spans.map(({ text, style }) => {
    const x = (MARGIN + column * CELL.width).toFixed(1);
    const length = [...text].length;
    column += length;
    if (text.trim() === '') return '';
    return `<tspan x="${x}" textLength="${(length * CELL.width).toFixed(1)}"${attributes(style)}>${escaped(text)}</tspan>`;
  });
  const body = parts.join('');
  return body === '' ? '' : `<text y="${y.toFixed(1)}">${body}</text>`;
}

function attributes({ colour, bold, dim }) {
  return `${colour === undefined ? '' : ` fill="${colour}"`}${bold ? ' font-weight="bold"' : ''}${dim ? ' fill-opacity="0.6"' : ''}`;
}

/** Splits a line at its colour changes. */
function spansOf(line, before) {
  const spans = [];
  let style = before;
  let at = 0;
  for (const match of line.matchAll(ESCAPE)) {
    if (match.index > at) spans.push({ text: line.slice(at, match.index), style });
    style = changed(style, match[1]);
    at = match.index + match[0].length;
  }
  if (at < line.length) spans.push({ text: line.slice(at), style });
  return { spans, last: style };
}

const ESCAPE = new RegExp(`${String.fromCharCode(27)}\\[([0-9;]*)m`, 'g');

function changed(before, codes) {
  let style = before;
  for (const code of codes.split(';').map(Number)) {
    if (code === 0) style = {};
    else if (code === 1) style = { ...style, bold: true };
    else if (code === 2) style = { ...style, dim: true };
    else if (code === 22) style = { ...style, bold: false, dim: false };
    else if (code === 39) style = { ...style, colour: undefined };
    else if (code >= 30 && code <= 37) style = { ...style, colour: COLOURS[code - 30] };
    else if (code >= 90 && code <= 97) style = { ...style, colour: COLOURS[code - 90] };
  }
  return style;
}

/** Not every browser keeps ordinary spaces that stand together. */
const escaped = (text) => text.replaceAll(' ', '\u00a0').replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
