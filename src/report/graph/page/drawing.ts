import { DEFINITIONS, drawLayout } from '../draw.ts';
import { type Layout, layOut, type PlacedBox } from '../layout.ts';
import type { Picture } from '../picture.ts';
import { childGroups, openAtFirst, viewOf } from '../view.ts';
import { MiniMap } from './mini-map.ts';
import { Viewport } from './viewport.ts';

/** So many boxes are drawn without asking. */
const GLADLY = 4000;

/** The picture as it is seen: which groups are open, which box is selected. */
export class Drawing {
  readonly element = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  readonly viewport: Viewport;
  readonly map: MiniMap;
  readonly #picture: Picture;
  readonly #inner: readonly (readonly number[])[];
  readonly #selectedNow: (box: PlacedBox | undefined) => void;
  #open: Set<number>;
  #layout: Layout;
  #selected: string | undefined;

  constructor(picture: Picture, selectedNow: (box: PlacedBox | undefined) => void) {
    this.#picture = picture;
    this.#selectedNow = selectedNow;
    this.#inner = childGroups(picture);
    this.#open = openAtFirst(picture);
    this.#layout = layOut(viewOf(picture, this.#open), picture.lanes);
    this.element.setAttribute('role', 'application');
    this.element.setAttribute('aria-label', `Graph of ${picture.title}. Arrow keys go from box to box.`);
    this.element.setAttribute('tabindex', '0');
    this.viewport = new Viewport(this.element, () => this.#moved());
    this.map = new MiniMap(this.viewport);
  }

  get layout(): Layout {
    return this.#layout;
  }

  get selected(): PlacedBox | undefined {
    return this.boxById(this.#selected);
  }

  draw(): void {
    const { element } = this;
    element.innerHTML = `${DEFINITIONS}${drawLayout(this.#layout)}`;
    this.map.draw(this.#layout);
    for (const box of element.querySelectorAll('.box')) {
      box.setAttribute('role', 'button');
      box.setAttribute('tabindex', '-1');
      box.setAttribute('aria-label', box.querySelector('title')?.textContent ?? '');
      if (box.classList.contains('group')) box.setAttribute('aria-expanded', 'false');
    }
    this.viewport.setDrawing(this.#layout.width, this.#layout.height);
    this.#mark();
  }

  openGroup(group: number): void {
    const box = this.#layout.boxes.find(({ kind, of }) => kind === 'group' && of === group);
    const next = new Set(this.#open).add(group);
    // A group of nothing but groups of one another's kind would be a click for nothing.
    const [only, ...more] = this.#inner[group] ?? [];
    if (only !== undefined && more.length === 0 && !this.#picture.nodes.some((node) => node.group === group))
      next.add(only);
    this.#selected = undefined;
    this.#reopen(next, box);
    const first = box && this.#insideOf(box);
    if (first) this.select(first);
  }

  /** The group that a box is in, or that it is a part of. */
  closeAround(box: PlacedBox): void {
    const group = box.kind === 'group' ? (this.#picture.groups[box.of]?.parent ?? 0) : this.#groupOf(box.of);
    if (group === 0) return;
    this.#selected = undefined;
    this.#reopen(new Set([...this.#open].filter((g) => !this.#isInside(g, group))));
    const shut = this.#layout.boxes.find(({ kind, of }) => kind === 'group' && of === group);
    if (shut) this.select(shut);
  }

  openAll(): void {
    const room = this.#picture.nodes.length;
    if (room > GLADLY && !confirm(`That is ${room} boxes, and may take a while. Open all?`)) return;
    this.#reopen(new Set(this.#picture.groups.keys()));
    this.viewport.fit(0.05);
  }

  closeAll(): void {
    this.#reopen(new Set([0]));
    this.viewport.fit(0.05);
  }

  selectTarget(target: number): void {
    const next = new Set(this.#open);
    for (let at = this.#groupOf(target); !next.has(at); at = this.#picture.groups[at]?.parent ?? 0)
      next.add(at);
    if (next.size !== this.#open.size) this.#reopen(next);
    const box = this.#layout.boxes.find(({ kind, of }) => kind === 'target' && of === target);
    if (box) this.select(box);
  }

  select(box: PlacedBox): void {
    this.#selected = box.id;
    this.#mark();
    this.viewport.reveal(box.x, box.y, box.width, box.height);
    this.#selectedNow(box);
    const element = document.getElementById(box.id);
    if (!(document.activeElement instanceof HTMLInputElement) && element instanceof SVGElement)
      element.focus({ preventScroll: true });
  }

  clear(): void {
    this.#selected = undefined;
    this.#mark();
    this.#selectedNow(undefined);
    this.element.focus({ preventScroll: true });
  }

  boxById(id: string | undefined): PlacedBox | undefined {
    return this.#layout.boxes.find((box) => box.id === id);
  }

  /** Lays out anew; what is held stays where it was seen. */
  #reopen(next: Set<number>, holding?: PlacedBox): void {
    const { seen } = this.viewport;
    this.#open = next;
    this.#layout = layOut(viewOf(this.#picture, next), this.#picture.lanes);
    this.draw();
    const same = holding && (this.boxById(holding.id) ?? this.#insideOf(holding));
    if (holding && same) this.viewport.hold(same.x, same.y, { x: holding.x - seen.x, y: holding.y - seen.y });
  }

  /** Of a group that was opened, its first box. */
  #insideOf({ of, lane }: PlacedBox): PlacedBox | undefined {
    return this.#layout.boxes.find(
      (box) => box.lane === lane && this.#isInside(box.kind === 'group' ? box.of : this.#groupOf(box.of), of),
    );
  }

  #isInside(group: number, outer: number): boolean {
    return (
      group === outer || (group !== 0 && this.#isInside(this.#picture.groups[group]?.parent ?? 0, outer))
    );
  }

  #groupOf(target: number): number {
    return this.#picture.nodes[target]?.group ?? 0;
  }

  /** The names of the lanes stay in sight. */
  #moved(): void {
    const { y } = this.viewport.seen;
    for (const name of this.element.querySelectorAll<SVGElement>('.lane-name'))
      name.setAttribute('transform', `translate(${name.dataset['x']} ${Math.max(8, y)})`);
    this.map.follow();
  }

  /** What the selected box is joined to stands out; the rest steps back. */
  #mark(): void {
    const selected = this.#selected;
    this.element.classList.toggle('picked', selected !== undefined);
    const near = new Set([selected]);
    for (const link of this.element.querySelectorAll<SVGElement>('.link')) {
      const { from, to } = link.dataset;
      const isNear = selected !== undefined && (from === selected || to === selected);
      link.classList.toggle('near', isNear);
      if (isNear) near.add(from).add(to);
    }
    for (const box of this.element.querySelectorAll('.box')) {
      box.classList.toggle('near', near.has(box.id));
      box.classList.toggle('selected', box.id === selected);
      box.setAttribute('tabindex', box.id === selected ? '0' : '-1');
    }
  }
}
