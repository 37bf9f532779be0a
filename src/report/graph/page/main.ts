import type { Picture } from '../picture.ts';
import { Drawing } from './drawing.ts';
import { make } from './elements.ts';
import { lookAtFirst } from './first-look.ts';
import { pageHeader } from './header.ts';
import { listenToKeys } from './keys.ts';
import { createPanel } from './panel.ts';
import { listenToClicks } from './pointer.ts';
import { searchField } from './search.ts';

const picture: Picture = JSON.parse(document.getElementById('picture')?.textContent ?? '');

const panel = createPanel(picture, {
  select: (target) => drawing.selectTarget(target),
  openGroup: (group) => drawing.openGroup(group),
});
const drawing = new Drawing(picture, (box) => {
  if (!box) panel.overview();
  else if (box.kind === 'target') panel.target(box.of);
  else panel.group(box.of, box.lane);
});
const search = searchField(drawing, panel);
const keys = listenToKeys(drawing, search);
listenToClicks(drawing);

const stage = make('div', { class: 'stage' }, drawing.element, drawing.map.element);
document.body.prepend(
  pageHeader(picture, drawing, search, keys.showHelp),
  make('main', {}, stage, panel.element),
  keys.help,
);
drawing.draw();
panel.overview();
lookAtFirst(picture, drawing);
