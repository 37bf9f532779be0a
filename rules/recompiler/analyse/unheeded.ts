import type { Body } from '../lift/body.ts';
import type { Discovery } from '../lift/discover.ts';
import type { Image } from '../lift/image.ts';
import type { Hints } from './hints.ts';

/** Something that was said of the code’s shape and that the program does not bear out: both sides, and why. */
export interface Unheeded {
  readonly address: string;
  readonly what: 'start' | 'no_start' | 'arrival' | 'jump_table' | 'size';
  readonly reason: UnheededReason;
  readonly said: string;
  readonly found: string;
}

type UnheededReason =
  | 'unaligned'
  | 'not_code'
  | 'program_entry'
  | 'not_a_jump'
  | 'unreached'
  | 'target_not_code'
  | 'target_outside'
  | 'runs_on'
  | 'cut_short';

/** Nothing that somebody says is dropped without a word. In the order of addresses. */
export function findUnheeded(image: Image, discovery: Discovery, hints: Hints): readonly Unheeded[] {
  const { functions } = discovery;
  const places: readonly (readonly [Unheeded['what'], string, readonly number[]])[] = [
    ['start', 'a function starts here', hints.starts],
    ['no_start', 'no function starts here', hints.noStarts],
    ['arrival', 'control was seen to arrive here', hints.entries],
  ];
  const found = [
    ...places.flatMap(([what, said, addresses]) =>
      addresses.flatMap((address) => asUnheeded(address, what, said, notCode(image, address))),
    ),
    ...hints.noStarts.flatMap((address) =>
      address === image.entry
        ? asUnheeded(address, 'no_start', 'no function starts here', [
            'program_entry',
            'the program starts here',
          ])
        : [],
    ),
    ...[...hints.tables].flatMap(([at, targets]) => unheededTargets(image, functions, at, targets)),
    ...[...hints.sizes].flatMap(([start, size]) => unheededSize(functions, start, size)),
  ];
  return found
    .map((item, i) => [Number(item.address), i, item] as const)
    .sort(([a, i], [b, j]) => a - b || i - j)
    .map(([, , item]) => item);
}

type Finding = readonly [reason: UnheededReason, found: string];

const hex = (value: number): string => `0x${value.toString(16)}`;

const asUnheeded = (
  address: number,
  what: Unheeded['what'],
  said: string,
  finding: Finding | undefined,
): Unheeded[] =>
  finding === undefined ? [] : [{ address: hex(address), what, reason: finding[0], said, found: finding[1] }];

function notCode(image: Image, address: number): Finding | undefined {
  if (image.isCode(address)) return undefined;
  const isInside = address >= image.codeStart && address < image.codeEnd;
  return isInside && address % 4 !== 0
    ? ['unaligned', 'instructions lie at multiples of 4']
    : ['not_code', `code lies from ${hex(image.codeStart)} to ${hex(image.codeEnd)}`];
}

function unheededTargets(
  image: Image,
  functions: readonly Body[],
  at: number,
  targets: readonly number[],
): Unheeded[] {
  const said = (which: readonly number[]): string => `the jump here goes to ${listed(which)}`;
  const body = functionThrough(functions, at);
  const wrong = notCode(image, at) ?? notAJump(image, at) ?? (body ? undefined : UNREACHED);
  if (wrong) return asUnheeded(at, 'jump_table', said(targets), wrong);
  const followed = new Set(body?.tables.get(at));
  const lost = targets.filter((to) => !followed.has(to));
  const [code, other] = [lost.filter(image.isCode), lost.filter((to) => !image.isCode(to))];
  const bounds = `the function that it is in lies from ${hex(body?.start ?? 0)} to ${hex(body?.end ?? 0)}`;
  return [
    ...(code.length > 0 ? asUnheeded(at, 'jump_table', said(code), ['target_outside', bounds]) : []),
    ...(other.length > 0
      ? asUnheeded(at, 'jump_table', said(other), ['target_not_code', 'there is no code'])
      : []),
  ];
}

const UNREACHED: Finding = ['unreached', 'no function runs through it'];
const SHOWN = 4;

const listed = (addresses: readonly number[]): string =>
  addresses.length <= SHOWN
    ? addresses.map(hex).join(', ')
    : `${addresses.slice(0, SHOWN).map(hex).join(', ')} and ${addresses.length - SHOWN} more`;

function notAJump(image: Image, at: number): Finding | undefined {
  const instruction = image.instruction(at);
  const { flow } = instruction ?? {};
  return flow?.k === 'jump_to' && !flow.isReturn
    ? undefined
    : ['not_a_jump', `the instruction is ${instruction?.name ?? 'none'}, no jump by register`];
}

function functionThrough(functions: readonly Body[], at: number): Body | undefined {
  const body = functions[firstBehind(functions, at, (f) => f.start) - 1];
  const index = body ? firstBehind(body.addresses, at, (address) => address) - 1 : -1;
  return body?.addresses[index] === at ? body : undefined;
}

/** Where a function ends is what control reaches; what others say is only compared. */
function unheededSize(functions: readonly Body[], start: number, size: number): Unheeded[] {
  const body = functions[firstBehind(functions, start, (f) => f.start) - 1];
  if (body?.start !== start) return [];
  const [end, last] = [start + size, (body.addresses.at(-1) ?? start) + 4];
  const next = functions[firstBehind(functions, start, (f) => f.start)]?.start;
  const said = `the function ends at ${hex(end)}`;
  if (last > end) return asUnheeded(start, 'size', said, ['runs_on', `control runs on to ${hex(last)}`]);
  if (next !== undefined && next < end)
    return asUnheeded(start, 'size', said, ['cut_short', `another function starts at ${hex(next)}`]);
  return [];
}

/** The index of the first item of a sorted list whose key is greater. */
function firstBehind<T>(items: readonly T[], key: number, keyOf: (item: T) => number): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = items[middle];
    if (item !== undefined && keyOf(item) <= key) low = middle + 1;
    else high = middle;
  }
  return low;
}
