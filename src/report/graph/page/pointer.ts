import type { Drawing } from './drawing.ts';

/** A click opens a group or selects a target; what was a drag is none. */
export function listenToClicks(drawing: Drawing): void {
  const { element } = drawing;
  let down: { x: number; y: number } | undefined;
  element.addEventListener('pointerdown', ({ clientX, clientY }) => {
    down = { x: clientX, y: clientY };
  });
  element.addEventListener('click', (event) => {
    if (down && Math.hypot(event.clientX - down.x, event.clientY - down.y) > 4) return;
    const id = event.target instanceof Element ? event.target.closest('.box')?.id : undefined;
    const box = drawing.boxById(id);
    if (!box) drawing.clear();
    else if (box.kind === 'group') drawing.openGroup(box.of);
    else drawing.select(box);
  });
}
