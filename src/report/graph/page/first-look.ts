import type { Picture } from '../picture.ts';
import type { Drawing } from './drawing.ts';

/** Smaller than this, names cannot be read. */
const READABLE = 0.62;

/** What the address names, else the whole; where that cannot be read, the beginning. */
export function lookAtFirst(picture: Picture, drawing: Drawing): void {
  const wanted = decodeURIComponent(location.hash.slice(1));
  const target = picture.nodes.findIndex(({ label }) => label === wanted);
  if (wanted === 'all') drawing.openAll();
  if (target >= 0) drawing.selectTarget(target);
  else if (!drawing.viewport.fit(READABLE)) lookAtBeginning(drawing);
}

/** Where the longest work begins, with no more emptiness around than there must be. */
function lookAtBeginning({ layout, viewport }: Drawing): void {
  const telling = layout.boxes.filter((box) => box.critical);
  const first = (telling.length > 0 ? telling : layout.boxes).reduce((a, b) => (b.x < a.x ? b : a));
  const { width, height } = viewport.seen;
  const lowest = Math.max(height / 2, layout.height - height / 2);
  const middle = Math.min(lowest, Math.max(height / 2, first.y + first.height / 2));
  // What comes before is looked at too, if both have room.
  const left = first.x + first.width < width * 0.6 ? 0 : first.x - 40;
  viewport.center(left + width / 2, layout.height < height ? layout.height / 2 : middle);
}
