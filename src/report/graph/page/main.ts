import { DEFINITIONS, drawLayout } from '../draw.ts';
import { type Layout, layOut, type PlacedBox } from '../layout.ts';
import type { Picture } from '../picture.ts';
import { childGroups, openAtFirst, viewOf } from '../view.ts';
import { button, make } from './elements.ts';
import { createPanel } from './panel.ts';
import { Viewport } from './viewport.ts';

/** So many boxes are drawn without asking. */
const GLADLY = 4000;
/** Smaller than this, names cannot be read. */
const READABLE = 0.62;

const picture: Picture = JSON.parse(document.getElementById('picture')?.textContent ?? '');
const inner = childGroups(picture);
let open = openAtFirst(picture);
let layout: Layout = layOut(viewOf(picture, open), picture.lanes);
let selected: string | undefined;

const stage = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
stage.setAttribute('role', 'application');
stage.setAttribute('aria-label', `Graph of ${picture.title}. Arrow keys go from box to box.`);
stage.setAttribute('tabindex', '0');
const map = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
map.setAttribute('class', 'map');
map.setAttribute('aria-hidden', 'true');
const viewport = new Viewport(stage, showMap);
const panel = createPanel(picture, { select: selectTarget, openGroup });
const search = make('input', {
  type: 'search',
  placeholder: 'Find a target  ( / )',
  'aria-label': 'Find a target',
});
const help = helpDialog();

function start(): void {
  document.body.prepend(header(), make('main', {}, make('div', { class: 'stage' }), panel.element), help);
  document.querySelector('.stage')?.append(stage, map);
  draw();
  panel.overview();
  listen();
  lookAtFirst();
}

function lookAtFirst(): void {
  const wanted = decodeURIComponent(location.hash.slice(1));
  const target = picture.nodes.findIndex(({ label }) => label === wanted);
  if (wanted === 'all') openAll();
  if (target >= 0) selectTarget(target);
  if (target >= 0 || viewport.fit(READABLE)) return;
  // Too large to be read whole: begin where the work begins, and show no more emptiness than there must be.
  const telling = layout.boxes.filter((box) => box.critical);
  const first = (telling.length > 0 ? telling : layout.boxes).reduce((a, b) => (b.x < a.x ? b : a));
  const { width, height } = viewport.seen;
  const middle = first.y + first.height / 2;
  const lowest = Math.max(height / 2, layout.height - height / 2);
  viewport.center(
    first.x + width / 2 - 40,
    layout.height < height ? layout.height / 2 : Math.min(lowest, Math.max(height / 2, middle)),
  );
}

function draw(): void {
  stage.innerHTML = `${DEFINITIONS}${drawLayout(layout)}`;
  map.setAttribute('viewBox', `0 0 ${layout.width} ${layout.height}`);
  map.innerHTML = `${layout.boxes.map(({ x, y, width, height, critical }) => `<rect class="${critical ? 'critical' : ''}" x="${x}" y="${y}" width="${width}" height="${height}"/>`).join('')}<rect class="seen"/>`;
  for (const box of stage.querySelectorAll('.box')) {
    box.setAttribute('role', 'button');
    box.setAttribute('tabindex', '-1');
    box.setAttribute('aria-label', box.querySelector('title')?.textContent ?? '');
    if (box.classList.contains('group')) box.setAttribute('aria-expanded', 'false');
  }
  viewport.setDrawing(layout.width, layout.height);
  mark();
}

function showMap(): void {
  const { x, y, width, height } = viewport.seen;
  const seen = map.querySelector('.seen');
  for (const [name, value] of Object.entries({ x, y, width, height }))
    seen?.setAttribute(name, String(value));
  // The names of the lanes stay in sight.
  for (const name of stage.querySelectorAll<SVGElement>('.lane-name'))
    name.setAttribute('transform', `translate(${name.dataset['x']} ${Math.max(8, y)})`);
  const all = x <= 0 && y <= 0 && x + width >= layout.width && y + height >= layout.height;
  map.classList.toggle('idle', all);
}

/** Lays out anew; what is held stays where it was seen. */
function reopen(next: Set<number>, holding?: PlacedBox): void {
  const seen = viewport.seen;
  open = next;
  layout = layOut(viewOf(picture, open), picture.lanes);
  draw();
  const same = holding && (boxById(holding.id) ?? insideOf(holding));
  if (holding && same) viewport.hold(same.x, same.y, { x: holding.x - seen.x, y: holding.y - seen.y });
}

/** Of a group that was opened, its first box. */
const insideOf = ({ of, lane }: PlacedBox): PlacedBox | undefined =>
  layout.boxes.find(
    (box) => box.lane === lane && isInside(box.kind === 'group' ? box.of : groupOf(box.of), of),
  );

const isInside = (group: number, outer: number): boolean =>
  group === outer || (group !== 0 && isInside(picture.groups[group]?.parent ?? 0, outer));

const groupOf = (target: number): number => picture.nodes[target]?.group ?? 0;

function openGroup(group: number): void {
  const box = layout.boxes.find(({ kind, of }) => kind === 'group' && of === group);
  const next = new Set(open).add(group);
  // A group of nothing but groups of one another's kind would be a click for nothing.
  const [only, ...more] = inner[group] ?? [];
  if (only !== undefined && more.length === 0 && !picture.nodes.some((node) => node.group === group))
    next.add(only);
  selected = undefined;
  reopen(next, box);
  const first = box && insideOf(box);
  if (first) select(first);
}

function closeGroup(group: number): void {
  if (group === 0) return;
  const box = layout.boxes.find((b) => isInside(b.kind === 'group' ? b.of : groupOf(b.of), group));
  const next = new Set([...open].filter((g) => !isInside(g, group)));
  selected = undefined;
  reopen(next, undefined);
  const shut = layout.boxes.find(({ kind, of }) => kind === 'group' && of === group);
  if (box && shut) select(shut);
}

function openAll(): void {
  const room = picture.nodes.length;
  if (room > GLADLY && !confirm(`That is ${room} boxes, and may take a while. Open all?`)) return;
  reopen(new Set(picture.groups.keys()));
  viewport.fit(0.05);
}

function closeAll(): void {
  reopen(new Set([0]));
  viewport.fit(0.05);
}

function selectTarget(target: number): void {
  const next = new Set(open);
  for (let at = groupOf(target); !next.has(at); at = picture.groups[at]?.parent ?? 0) next.add(at);
  if (next.size !== open.size) reopen(next);
  const box = boxOfTarget(target);
  if (box) select(box);
}

function select(box: PlacedBox): void {
  selected = box.id;
  mark();
  viewport.reveal(box.x, box.y, box.width, box.height);
  if (box.kind === 'target') panel.target(box.of);
  else panel.group(box.of, box.lane);
  const element = document.getElementById(box.id);
  if (document.activeElement !== search && element instanceof SVGElement)
    element.focus({ preventScroll: true });
}

function clear(): void {
  selected = undefined;
  mark();
  panel.overview();
  stage.focus({ preventScroll: true });
}

/** What the selected box is joined to stands out; the rest steps back. */
function mark(): void {
  stage.classList.toggle('picked', selected !== undefined);
  const near = new Set([selected]);
  for (const link of stage.querySelectorAll<SVGElement>('.link')) {
    const { from, to } = link.dataset;
    const isNear = selected !== undefined && (from === selected || to === selected);
    link.classList.toggle('near', isNear);
    if (isNear) near.add(from).add(to);
  }
  for (const box of stage.querySelectorAll('.box')) {
    box.classList.toggle('near', near.has(box.id));
    box.classList.toggle('selected', box.id === selected);
    box.setAttribute('tabindex', box.id === selected ? '0' : '-1');
  }
}

const boxById = (id: string | undefined): PlacedBox | undefined => layout.boxes.find((box) => box.id === id);

const boxOfTarget = (target: number | undefined): PlacedBox | undefined =>
  layout.boxes.find(({ kind, of }) => kind === 'target' && of === target);

function listen(): void {
  let down: { x: number; y: number } | undefined;
  stage.addEventListener('pointerdown', ({ clientX, clientY }) => {
    down = { x: clientX, y: clientY };
  });
  stage.addEventListener('click', (event) => {
    const dragged = down && Math.hypot(event.clientX - down.x, event.clientY - down.y) > 4;
    if (dragged) return;
    const id = event.target instanceof Element ? event.target.closest('.box')?.id : undefined;
    const box = boxById(id);
    if (!box) clear();
    else if (box.kind === 'group') openGroup(box.of);
    else select(box);
  });
  map.addEventListener('click', ({ offsetX, offsetY }) => {
    const point = new DOMPoint(offsetX, offsetY);
    const scale = Math.min(map.clientWidth / layout.width, map.clientHeight / layout.height);
    viewport.center(
      (point.x - (map.clientWidth - layout.width * scale) / 2) / scale,
      (point.y - (map.clientHeight - layout.height * scale) / 2) / scale,
    );
  });
  search.addEventListener('input', () => {
    if (textIn(search) === '') panel.overview();
    else panel.found(textIn(search));
  });
  search.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      if (search instanceof HTMLInputElement) search.value = '';
      clear();
    }
    if (event.key !== 'Enter') return;
    const [first] = panel.found(textIn(search));
    if (first === undefined) return;
    search.blur();
    selectTarget(first);
  });
  document.addEventListener('keydown', onKey);
}

const textIn = (element: HTMLElement): string =>
  element instanceof HTMLInputElement ? element.value.trim() : '';

function onKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target === search) return;
  const box = boxById(selected);
  const inStage = event.target instanceof Element && stage.contains(event.target);
  const does: Readonly<Record<string, (() => void) | undefined>> = {
    '/': () => search.focus(),
    '?': () => help instanceof HTMLDialogElement && help.showModal(),
    '+': () => viewport.zoom(1.25),
    '=': () => viewport.zoom(1.25),
    '-': () => viewport.zoom(0.8),
    '0': () => viewport.fit(),
    c: () =>
      box && closeGroup(box.kind === 'group' ? (picture.groups[box.of]?.parent ?? 0) : groupOf(box.of)),
    Escape: clear,
    ...(inStage && {
      ArrowRight: () => go(box, 1, 0),
      ArrowLeft: () => go(box, -1, 0),
      ArrowDown: () => go(box, 0, 1),
      ArrowUp: () => go(box, 0, -1),
      Enter: () => box?.kind === 'group' && openGroup(box.of),
      ' ': () => box?.kind === 'group' && openGroup(box.of),
    }),
  };
  const act = does[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}

/** Sideways along the edges, up and down within a column. */
function go(from: PlacedBox | undefined, dx: number, dy: number): void {
  const fallback = layout.boxes.reduce((a, b) => (b.x < a.x || (b.x === a.x && b.y < a.y) ? b : a));
  if (!from) {
    select(fallback);
    return;
  }
  const own = layout.boxes.indexOf(from);
  const along = new Set(
    layout.links.flatMap((link) =>
      dx > 0 ? (link.from === own ? [link.to] : []) : link.to === own ? [link.from] : [],
    ),
  );
  const nearest = layout.boxes
    .filter((box, i) => (dx !== 0 ? along.has(i) : box.x === from.x && (box.y - from.y) * dy > 0))
    .sort(
      (a, b) =>
        Number(b.critical) * Math.abs(dx) - Number(a.critical) * Math.abs(dx) ||
        away(a, from) - away(b, from),
    );
  if (nearest[0]) select(nearest[0]);
}

const away = (a: PlacedBox, b: PlacedBox): number => Math.hypot(a.x - b.x, a.y - b.y);

function header(): HTMLElement {
  const { run, nodes } = picture;
  const count = nodes.length === 1 ? '1 target' : `${nodes.length} targets`;
  return make(
    'header',
    {},
    make('h1', {}, picture.title),
    make(
      'p',
      {},
      `${count} · `,
      run
        ? make(
            'span',
            { class: run.succeeded ? '' : 'failed-run' },
            `run ${run.id}${run.succeeded ? '' : ', not all succeeded'}`,
          )
        : 'not built yet',
    ),
    make('span', { class: 'gap' }),
    search,
    make(
      'div',
      { class: 'tools' },
      button('−', 'Smaller (-)', () => viewport.zoom(0.8)),
      button('+', 'Larger (+)', () => viewport.zoom(1.25)),
      button('Fit', 'The whole (0)', () => viewport.fit()),
      ...(picture.groups.length > 1
        ? [button('Open all', 'Open all groups', openAll), button('Close all', 'Close all groups', closeAll)]
        : []),
      button('◐', 'Light or dark', turnTheme),
      button('?', 'The keys (?)', () => help instanceof HTMLDialogElement && help.showModal()),
    ),
  );
}

function turnTheme(): void {
  const root = document.documentElement;
  const dark =
    root.dataset['theme'] ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
  root.dataset['theme'] = dark === 'dark' ? 'light' : 'dark';
}

function helpDialog(): HTMLElement {
  const keys = [
    ['/', 'find a target; Enter goes to the first'],
    ['← →', 'to what a target depends on, to what uses it'],
    ['↑ ↓', 'within a column'],
    ['Enter', 'opens a group'],
    ['c', 'closes the group around'],
    ['+ − 0', 'larger, smaller, the whole'],
    ['Esc', 'back to the overview'],
  ] as const;
  return make(
    'dialog',
    { 'aria-label': 'The keys' },
    make('h2', {}, 'Keys'),
    make(
      'dl',
      {},
      ...keys.flatMap(([key, does]) => [make('dt', {}, make('kbd', {}, key)), make('dd', {}, does)]),
    ),
    make(
      'p',
      { class: 'quiet' },
      'Drag or turn the wheel to move; with Ctrl the wheel zooms. Arrows lead from what is used to what uses it.',
    ),
    make('form', { method: 'dialog' }, make('button', {}, 'Close')),
  );
}

start();
