import type { Picture } from '../picture.ts';
import type { Drawing } from './drawing.ts';
import { button, make } from './elements.ts';

/** What is drawn, of which run; and the buttons. */
export function pageHeader(
  { title, run, nodes, groups }: Picture,
  drawing: Drawing,
  search: HTMLElement,
  showHelp: () => void,
): HTMLElement {
  const { viewport } = drawing;
  const count = nodes.length === 1 ? '1 target' : `${nodes.length} targets`;
  const ran =
    run &&
    make(
      'span',
      { class: run.succeeded ? '' : 'failed-run' },
      `run ${run.id}${run.succeeded ? '' : ', not all succeeded'}`,
    );
  return make(
    'header',
    {},
    make('h1', {}, title),
    make('p', {}, `${count} · `, ran ?? 'not built yet'),
    make('span', { class: 'gap' }),
    search,
    make(
      'div',
      { class: 'tools' },
      button('−', 'Smaller (-)', () => viewport.zoom(0.8)),
      button('+', 'Larger (+)', () => viewport.zoom(1.25)),
      button('Fit', 'The whole (0)', () => viewport.fit()),
      ...(groups.length > 1
        ? [
            button('Open all', 'Open all groups', () => drawing.openAll()),
            button('Close all', 'Close all groups', () => drawing.closeAll()),
          ]
        : []),
      button('◐', 'Light or dark', turnTheme),
      button('?', 'How to read it, and the keys (?)', showHelp),
    ),
  );
}

function turnTheme(): void {
  const root = document.documentElement;
  const dark =
    root.dataset['theme'] ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
  root.dataset['theme'] = dark === 'dark' ? 'light' : 'dark';
}
