import { columnsOf } from './columns.ts';
import { orderColumns, type Ranks } from './order-columns.ts';
import { stackColumns } from './stack-columns.ts';
import type { Box, Link, View } from './view.ts';

/** Where everything stands, in pixels. The same view always gives the same layout. */
export interface Layout {
  readonly boxes: readonly PlacedBox[];
  readonly links: readonly PlacedLink[];
  readonly lanes: readonly PlacedLane[];
  readonly width: number;
  readonly height: number;
}

export interface PlacedBox extends Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedLink extends Link {
  /** An SVG path. */
  readonly path: string;
  /** It leads against the flow. */
  readonly back: boolean;
}

export interface PlacedLane {
  readonly name: string;
  readonly x: number;
  readonly width: number;
}

const BOX_WIDTH = 184;
const BOX_HEIGHT = { target: 40, group: 56 } as const;
const BEND_HEIGHT = 6;
const COLUMN_GAP = 56;
const LANE_GAP = 24;
const ROW_GAP = 14;
const MARGIN = 40;
const HEADER = 40;
/** Edges that are bent around boxes; with more, the bends alone would fill the page. */
const MAX_BENDS = 12_000;

export function layOut(view: View, laneNames: readonly string[]): Layout {
  const { columnOf, laneStarts } = columnsOf(view, laneNames.length);
  const { ranks, ways } = bends(view, columnOf, laneStarts.at(-1) ?? 0);
  orderColumns(ranks);
  const heightOf = (place: number): number => {
    const box = view.boxes[place];
    return box ? BOX_HEIGHT[box.kind] : BEND_HEIGHT;
  };
  const isBend = (place: number): boolean => place >= view.boxes.length;
  const gap = (a: number, b: number): number => (isBend(a) && isBend(b) ? 4 : ROW_GAP);
  const middle = stackColumns(ranks, heightOf, gap, view.boxes.length);
  const top = middle.reduce((least, y, place) => Math.min(least, y - heightOf(place) / 2), 0);
  const header = laneNames.length > 1 ? HEADER : 0;
  const yOf = (place: number): number => (middle[place] ?? 0) - top + MARGIN + header;
  const xs = columnPositions(laneStarts);
  const boxes = view.boxes.map((box, i): PlacedBox => {
    const height = heightOf(i);
    return {
      ...box,
      x: xs[columnOf[i] ?? 0] ?? 0,
      y: Math.round(yOf(i) - height / 2),
      width: BOX_WIDTH,
      height,
    };
  });
  const height =
    ranks.columns.flat().reduce((most, p) => Math.max(most, yOf(p) + heightOf(p) / 2), 0) + MARGIN;
  return {
    boxes,
    links: view.links.map((link, i) => placed(link, ways[i] ?? [], boxes, yOf, xs, columnOf)),
    lanes: laneNames.flatMap((name, i) => placedLane(name, laneStarts[i] ?? 0, laneStarts[i + 1] ?? 0, xs)),
    width: Math.round((xs[laneStarts.at(-1) ?? 0] ?? 0) - COLUMN_GAP + MARGIN),
    height: Math.round(height),
  };
}

/** Places for the boxes, and for each column that an edge passes; and the way of each edge through them. */
function bends(
  { boxes, links }: View,
  columnOf: readonly number[],
  columnCount: number,
): { ranks: Ranks; ways: readonly (readonly number[])[] } {
  const columns: number[][] = Array.from({ length: columnCount }, () => []);
  const before: number[][] = boxes.map(() => []);
  const after: number[][] = boxes.map(() => []);
  for (const i of boxes.keys()) columns[columnOf[i] ?? 0]?.push(i);
  let room = MAX_BENDS;
  const ways = links.map(({ from, to }) => {
    const [start = 0, end = 0] = [columnOf[from], columnOf[to]];
    room -= Math.max(0, end - start - 1);
    if (end <= start || (end - start > 1 && room < 0)) return [from, to];
    const way = [from];
    for (let column = start + 1; column < end; column++) {
      const bend = before.push([]) - 1;
      after.push([]);
      columns[column]?.push(bend);
      way.push(bend);
    }
    way.push(to);
    for (let i = 1; i < way.length; i++) {
      const [a = 0, b = 0] = [way[i - 1], way[i]];
      after[a]?.push(b);
      before[b]?.push(a);
    }
    return way;
  });
  return { ranks: { columns, before, after }, ways };
}

function columnPositions(laneStarts: readonly number[]): number[] {
  const xs: number[] = [];
  let x = MARGIN;
  for (let column = 0; column <= (laneStarts.at(-1) ?? 0); column++) {
    if (column > 0 && laneStarts.includes(column)) x += LANE_GAP;
    xs.push(x);
    x += BOX_WIDTH + COLUMN_GAP;
  }
  return xs;
}

/** A lane in which nothing is shown is left out. */
function placedLane(name: string, start: number, end: number, xs: readonly number[]): PlacedLane[] {
  if (end <= start) return [];
  const x = (xs[start] ?? 0) - (COLUMN_GAP + LANE_GAP) / 2 + 10;
  return [{ name, x, width: (xs[end - 1] ?? 0) + BOX_WIDTH + (COLUMN_GAP + LANE_GAP) / 2 - 10 - x }];
}

function placed(
  link: Link,
  way: readonly number[],
  boxes: readonly PlacedBox[],
  yOf: (place: number) => number,
  xs: readonly number[],
  columnOf: readonly number[],
): PlacedLink {
  const [from, to] = [boxes[link.from], boxes[link.to]];
  if (!from || !to) return { ...link, path: '', back: false };
  const start = { x: from.x + from.width, y: from.y + from.height / 2 };
  const end = { x: to.x, y: to.y + to.height / 2 };
  if (end.x <= start.x) {
    const below = Math.max(from.y + from.height, to.y + to.height) + ROW_GAP;
    return { ...link, path: loop(start, end, below), back: true };
  }
  const points = [start];
  way.slice(1, -1).forEach((bend, i) => {
    const x = xs[(columnOf[link.from] ?? 0) + i + 1] ?? 0;
    points.push({ x, y: yOf(bend) }, { x: x + BOX_WIDTH, y: yOf(bend) });
  });
  points.push(end);
  return { ...link, path: smooth(points), back: false };
}

interface Point {
  readonly x: number;
  readonly y: number;
}

const at = ({ x, y }: Point): string => `${Math.round(x)} ${Math.round(y)}`;

/** Level where it leaves and arrives. */
function smooth(points: readonly Point[]): string {
  return points
    .map((point, i) => {
      const last = points[i - 1];
      if (last === undefined) return `M${at(point)}`;
      if (Math.round(last.y) === Math.round(point.y)) return `L${at(point)}`;
      const half = (last.x + point.x) / 2;
      return `C${at({ x: half, y: last.y })} ${at({ x: half, y: point.y })} ${at(point)}`;
    })
    .join('');
}

/** Out to the right, back below, and in from the left. */
function loop(start: Point, end: Point, below: number): string {
  const [right, left] = [start.x + BOW, end.x - BOW];
  return [
    `M${at(start)}`,
    `C${at({ x: right, y: start.y })} ${at({ x: right, y: below })} ${at({ x: start.x, y: below })}`,
    `L${at({ x: end.x, y: below })}`,
    `C${at({ x: left, y: below })} ${at({ x: left, y: end.y })} ${at(end)}`,
  ].join('');
}

const BOW = 40;
