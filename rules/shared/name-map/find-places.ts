/** Where a text of names speaks of addresses, `line:column` by address: for messages that an editor can follow. */
export function findPlaces(text: string, addresses: ReadonlySet<number>): ReadonlyMap<number, string> {
  const offsets = /^\s*\[/.test(text) ? itemOffsets(text) : tokenOffsets(text);
  const wanted = [...offsets].filter(([address]) => addresses.has(address)).sort(([, a], [, b]) => a - b);
  const places = new Map<number, string>();
  let [line, lineStart] = [1, 0];
  for (const [address, offset] of wanted) {
    for (
      let end = text.indexOf('\n', lineStart);
      end >= 0 && end < offset;
      end = text.indexOf('\n', lineStart)
    ) {
      line++;
      lineStart = end + 1;
    }
    places.set(address, `${line}:${offset - lineStart + 1}`);
  }
  return places;
}

const ITEM_ADDRESS = /"(?:address|offset|addr)"\s*:\s*"?(0x[\da-f]{1,16}|\d{1,16})\b/i;

/** Of a JSON array: where the items begin that have an address. */
function itemOffsets(text: string): Map<number, number> {
  const offsets = new Map<number, number>();
  for (const [from, to] of topItems(text)) {
    const address = Number(ITEM_ADDRESS.exec(text.slice(from, to))?.[1] ?? Number.NaN);
    if (!Number.isNaN(address) && !offsets.has(address)) offsets.set(address, from);
  }
  return offsets;
}

/** Texts are stepped over whole: what is in them opens and closes nothing. */
function* topItems(text: string): Generator<readonly [from: number, to: number]> {
  let [depth, from] = [0, 0];
  for (const { 0: sign, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/gs)) {
    if (sign === '{' || sign === '[') {
      if (++depth === 2) from = index;
    } else if ((sign === '}' || sign === ']') && --depth === 1) yield [from, index + 1];
  }
}

/** Elsewhere addresses stand as they are, with or without 0x. */
function tokenOffsets(text: string): Map<number, number> {
  const offsets = new Map<number, number>();
  for (const { 1: digits, index } of text.matchAll(/\b(?:0x)?([\da-f]{3,16})\b/gi)) {
    const address = Number.parseInt(digits ?? '', 16);
    if (!offsets.has(address)) offsets.set(address, index);
  }
  return offsets;
}
