import type { PlacedBox } from '../layout.ts';
import type { Drawing } from './drawing.ts';
import { make } from './elements.ts';

export interface Keys {
  /** The keys, as a dialog tells them. */
  readonly help: HTMLElement;
  showHelp(): void;
}

/** What keys do, anywhere on the page but in the search field. */
export function listenToKeys(drawing: Drawing, search: HTMLElement): Keys {
  const help = helpDialog();
  const showHelp = (): void => {
    if (help instanceof HTMLDialogElement) help.showModal();
  };
  const { viewport } = drawing;
  const openSelected = (): void => {
    const box = drawing.selected;
    if (box?.kind === 'group') drawing.openGroup(box.of);
  };
  const everywhere: Readonly<Record<string, () => void>> = {
    '/': () => search.focus(),
    '?': showHelp,
    '+': () => viewport.zoom(1.25),
    '=': () => viewport.zoom(1.25),
    '-': () => viewport.zoom(0.8),
    '0': () => viewport.fit(),
    c: () => drawing.selected && drawing.closeAround(drawing.selected),
    Escape: () => drawing.clear(),
  };
  const inDrawing: Readonly<Record<string, () => void>> = {
    ArrowRight: () => walk(drawing, 1, 0),
    ArrowLeft: () => walk(drawing, -1, 0),
    ArrowDown: () => walk(drawing, 0, 1),
    ArrowUp: () => walk(drawing, 0, -1),
    Enter: openSelected,
    ' ': openSelected,
  };
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target === search) return;
    const isInside = event.target instanceof Element && drawing.element.contains(event.target);
    const act = everywhere[event.key] ?? (isInside ? inDrawing[event.key] : undefined);
    if (!act) return;
    event.preventDefault();
    act();
  });
  return { help, showHelp };
}

/** Sideways along the edges, up and down within a column. */
function walk(drawing: Drawing, dx: number, dy: number): void {
  const { layout, selected: from } = drawing;
  if (!from) {
    drawing.select(layout.boxes.reduce((a, b) => (b.x < a.x || (b.x === a.x && b.y < a.y) ? b : a)));
    return;
  }
  const own = layout.boxes.indexOf(from);
  const along = new Set(
    layout.links.flatMap((link) =>
      dx > 0 ? (link.from === own ? [link.to] : []) : link.to === own ? [link.from] : [],
    ),
  );
  const [nearest] = layout.boxes
    .filter((box, i) => (dx !== 0 ? along.has(i) : box.x === from.x && (box.y - from.y) * dy > 0))
    .sort(
      (a, b) =>
        Number(b.critical) * Math.abs(dx) - Number(a.critical) * Math.abs(dx) ||
        away(a, from) - away(b, from),
    );
  if (nearest) drawing.select(nearest);
}

const away = (a: PlacedBox, b: PlacedBox): number => Math.hypot(a.x - b.x, a.y - b.y);

const KEYS = [
  ['/', 'find a target; Enter goes to the first'],
  ['← →', 'to what a target depends on, to what uses it'],
  ['↑ ↓', 'within a column'],
  ['Enter', 'opens a group'],
  ['c', 'closes the group around'],
  ['+ − 0', 'larger, smaller, the whole'],
  ['Esc', 'back to the overview'],
] as const;

const READING = [
  'Arrows lead from what is used to what uses it. The orange ones are the critical path: the chain that takes longest.',
  'A faint arrow says nothing about the order that others do not say; a dashed one leads back to the left, which happens between groups and lanes.',
  'A box with a + is a group: its bar has the shares of what became of its targets.',
  'Drag or turn the wheel to move; with Ctrl the wheel zooms.',
];

const helpDialog = (): HTMLElement =>
  make(
    'dialog',
    { 'aria-label': 'How to read and move the picture' },
    make('h2', {}, 'How to read it'),
    ...READING.map((line) => make('p', { class: 'quiet' }, line)),
    make('h2', {}, 'Keys'),
    make(
      'dl',
      {},
      ...KEYS.flatMap(([key, does]) => [make('dt', {}, make('kbd', {}, key)), make('dd', {}, does)]),
    ),
    make('form', { method: 'dialog' }, make('button', {}, 'Close')),
  );
