import type { Drawing } from './drawing.ts';
import { make } from './elements.ts';
import type { Panel } from './panel.ts';

/** A field that lists what it finds beside the drawing; Enter goes to the first. */
export function searchField(drawing: Drawing, panel: Panel): HTMLElement {
  const field = make('input', {
    type: 'search',
    placeholder: 'Find a target  ( / )',
    'aria-label': 'Find a target',
  });
  const text = (): string => (field instanceof HTMLInputElement ? field.value.trim() : '');
  field.addEventListener('input', () => {
    if (text() === '') panel.overview();
    else panel.found(text());
  });
  field.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      if (field instanceof HTMLInputElement) field.value = '';
      drawing.clear();
    }
    if (event.key !== 'Enter') return;
    const [first] = panel.found(text());
    if (first === undefined) return;
    field.blur();
    drawing.selectTarget(first);
  });
  return field;
}
