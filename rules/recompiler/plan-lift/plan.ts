import type { Body } from '../lift/body.ts';
import type { Discovery } from '../lift/discover.ts';
import type { Image } from '../lift/image.ts';
import { printTable } from '../print-c/table.ts';

/** So many windows of a shard are lifted by one action: a process for each would cost more than its lifting. */
export const WINDOWS_TO_A_REGION = 16;

/**
 * What is lifted apart from what: relative path → content. A region names its own functions, and of others only those that it
 * refers to, so that a boundary that was moved elsewhere leaves it as it is.
 */
export function planLift(
  image: Image,
  discovery: Discovery,
  regionBytes: number,
): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const [start, bodies] of regions(discovery, regionBytes))
    files.set(`regions/${start.toString(16).padStart(8, '0')}.json`, printRegion(image, discovery, bodies));
  files.set('program.c', printTable(image, discovery));
  return files;
}

function regions({ functions }: Discovery, bytes: number): ReadonlyMap<number, readonly Body[]> {
  const found = new Map<number, Body[]>();
  for (const body of functions) {
    const start = Math.floor(body.start / bytes) * bytes;
    const known = found.get(start);
    if (known) known.push(body);
    else found.set(start, [body]);
  }
  return found;
}

const hex = (value: number): string => `0x${value.toString(16)}`;

/** In the form of an analysis, with `starts`: functions of others. */
const printRegion = (image: Image, { starts }: Discovery, bodies: readonly Body[]): string =>
  `${JSON.stringify({
    schema_version: 1,
    module: { input_sha256: image.module.input_sha256 },
    functions: bodies.map(({ start, end, entries }) => ({
      address: hex(start),
      end: hex(end),
      ...(entries.length > 1 && { entries: entries.filter((e) => e !== start).map(hex) }),
    })),
    jump_tables: bodies.flatMap(({ tables }) =>
      [...tables].map(([address, targets]) => ({ address: hex(address), targets: targets.map(hex) })),
    ),
    starts: referredTo(image, bodies, starts).map(hex),
  })}\n`;

/** Functions that these call, jump to or run into. */
function referredTo(image: Image, bodies: readonly Body[], starts: ReadonlySet<number>): readonly number[] {
  const own = new Set(bodies.map(({ start }) => start));
  const found = new Set<number>();
  for (const body of bodies)
    for (const at of body.addresses) {
      const flow = image.instruction(at)?.flow;
      const targets = flow !== undefined && 'offset' in flow ? [at + flow.offset, at + 4] : [at + 4];
      for (const to of targets) if (starts.has(to) && !own.has(to)) found.add(to);
    }
  return [...found].sort((a, b) => a - b);
}
