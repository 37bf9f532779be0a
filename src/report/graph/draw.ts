import type { Layout, PlacedBox, PlacedLane, PlacedLink } from './layout.ts';
import { duration, OUTCOME_WORDS, OUTCOMES, type Outcome } from './picture.ts';
import { worst } from './view.ts';

/** What stands inside of an `<svg>`: the same in a file and in a page, so that both look alike. */
export function drawLayout({ lanes, links, boxes, height }: Layout): string {
  const order = [...links].sort(
    (a, b) => Number(a.critical) - Number(b.critical) || Number(b.implied) - Number(a.implied),
  );
  return [
    lanes.length > 1 ? lanes.map((lane, i) => drawLane(lane, i, height)).join('') : '',
    `<g class="links">${order.map((link) => drawLink(link, boxes)).join('')}</g>`,
    `<g class="boxes">${boxes.map(drawBox).join('')}</g>`,
    lanes.length > 1 ? lanes.map(drawLaneName).join('') : '',
  ].join('');
}

/** The arrows' heads; once in each document. */
export const DEFINITIONS = `<defs>${['plain', 'critical', 'near']
  .map(
    (name) =>
      `<marker id="end-${name}" class="end-${name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 .8 7 4 0 7.2z"/></marker>`,
  )
  .join('')}</defs>`;

const drawLane = ({ x, width }: PlacedLane, i: number, height: number): string =>
  `<g class="lane${i % 2 === 0 ? '' : ' odd'}"><rect x="${x}" y="8" width="${width}" height="${height - 16}" rx="10"/></g>`;

/** Above everything: a page keeps them in sight where the lanes are longer than it. */
const drawLaneName = ({ name, x, width }: PlacedLane, i: number): string =>
  `<g class="lane-name${i % 2 === 0 ? '' : ' odd'}" data-x="${x}" transform="translate(${x} 8)"><rect width="${width}" height="32" rx="10"/><text x="14" y="22">${escapeText(name)}</text></g>`;

function drawLink(
  { from, to, path, back, critical, count, implied }: PlacedLink,
  boxes: readonly PlacedBox[],
): string {
  const kind = `${critical ? ' critical' : ''}${back ? ' back' : ''}${implied ? ' implied' : ''}`;
  const width = Math.min(4, 1.2 + Math.log2(count) / 3).toFixed(1);
  return `<path class="link${kind}" data-from="${boxes[from]?.id}" data-to="${boxes[to]?.id}" d="${path}" style="--w:${width}px"/>`;
}

function drawBox(box: PlacedBox): string {
  const { id, kind, x, y, width, height, critical } = box;
  const outcome = worst(box.outcomes);
  const inner = kind === 'group' ? groupInside(box) : targetInside(box, outcome);
  return `<g class="box ${kind} ${outcome}${critical ? ' critical' : ''}" id="${id}" data-of="${box.of}" transform="translate(${x} ${y})"><title>${escapeText(titleOf(box))}</title>${kind === 'group' ? `<rect class="behind" x="4" y="4" width="${width}" height="${height}" rx="7"/>` : ''}<rect class="body" width="${width}" height="${height}" rx="7"/>${inner}</g>`;
}

function targetInside({ title, detail, height, width, ms }: PlacedBox, outcome: Outcome): string {
  const time = ms === undefined ? '' : duration(ms);
  const room = width - 34 - time.length * 6.2;
  return [
    `<path class="bar" d="M7 0H5a5 5 0 0 0-5 5V${height - 5}a5 5 0 0 0 5 5h2z"/>`,
    `<g class="sign" transform="translate(19 ${height / 2})">${SIGNS[outcome]}</g>`,
    `<text class="name" x="32" y="17">${escapeText(cut(title, room, 7))}</text>`,
    `<text class="where" x="32" y="31">${escapeText(cutLeft(detail, width - 42, 5.9))}</text>`,
    time === '' ? '' : `<text class="time" x="${width - 9}" y="17">${time}</text>`,
  ].join('');
}

function groupInside({ title, detail, outcomes, size, width, height }: PlacedBox): string {
  let room = width - 24;
  let at = 12;
  let left = size;
  const parts = OUTCOMES.flatMap((outcome) => {
    const count = outcomes[outcome] ?? 0;
    if (count === 0) return [];
    // One failure among a thousand can still be seen.
    const share = Math.max(LEAST_PART, (count / left) * room);
    left -= count;
    room -= share;
    const part = `<rect class="part ${outcome}" x="${at.toFixed(1)}" y="${height - 13}" width="${share.toFixed(1)}" height="5"/>`;
    at += share;
    return [part];
  });
  return [
    `<text class="name" x="12" y="19">${escapeText(cutLeft(title, width - 36, 6.9))}</text>`,
    `<text class="where" x="12" y="34">${detail}</text>`,
    `<path class="plus" d="M${width - 19} 14h8M${width - 15} 10v8"/>`,
    ...parts,
  ].join('');
}

const LEAST_PART = 5;

/** Outcomes differ by shape too: not everybody sees every colour. */
const SIGNS: Readonly<Record<Outcome, string>> = {
  failed: '<path d="M-4-4 4 4M4-4-4 4"/>',
  skipped: '<path d="M-4 0H4"/>',
  ran: '<path class="full" d="M-3.5-4.5 4.5 0l-8 4.5z"/>',
  remote: '<path d="M0-6V2M-3.5-1.5 0 2 3.5-1.5M-5 5H5"/>',
  local: '<path d="M0-4.5V3M-3.5-.5 0 3 3.5-.5"/>',
  current: '<path d="M-4.5 0-1.5 3.5 4.5-3.5"/>',
  none: '<circle r="2.6"/>',
};

function titleOf({ kind, title, detail, outcomes, ms, critical, size }: PlacedBox): string {
  const what = OUTCOMES.flatMap((outcome) => {
    const count = outcomes[outcome] ?? 0;
    return count === 0 ? [] : [`${size === 1 ? '' : `${count} `}${OUTCOME_WORDS[outcome]}`];
  }).join(', ');
  const name = kind === 'group' ? `${title}: ${detail}` : `${detail}:${title}`;
  const time = ms === undefined ? '' : `, ${duration(ms)}`;
  return `${name}, ${what}${time}${critical ? ', on the critical path' : ''}`;
}

/** By the width of an ordinary letter: an SVG does not wrap or cut by itself. */
function cut(text: string, width: number, letter: number): string {
  const most = Math.max(4, Math.floor(width / letter));
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

/** Of a path, the end tells more: folders go first. */
function cutLeft(text: string, width: number, letter: number): string {
  const most = Math.max(4, Math.floor(width / letter));
  if (text.length <= most) return text;
  const end = text.slice(text.lastIndexOf('/') + 1);
  return end.length <= most ? end : `…${text.slice(text.length - most + 1)}`;
}

export const escapeText = (text: string): string =>
  text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
