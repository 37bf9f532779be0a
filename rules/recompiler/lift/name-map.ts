import { err, ok, type Result } from '../../../src/base/result.ts';

/** `name_map.json`: an array of {address, name, program?, …}; addresses are guest addresses as the lifter prints them. */
export function parseNameMap(text: string): Result<ReadonlyMap<number, string>, string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return err('the name map is not JSON');
  }
  if (!Array.isArray(value)) return err('the name map is not an array');
  const names = new Map<number, string>();
  for (const [i, item] of value.entries()) {
    const entry = readEntry(item);
    if (entry === undefined) return err(`name map entry ${i} needs an address ("0x…") and a name`);
    if (names.has(entry.address)) return err(`name map: 0x${entry.address.toString(16)} is named twice`);
    names.set(entry.address, entry.name);
  }
  return ok(names);
}

function readEntry(item: unknown): { address: number; name: string } | undefined {
  if (typeof item !== 'object' || item === null || !('address' in item) || !('name' in item))
    return undefined;
  const address = Number(item.address);
  if (typeof item.name !== 'string' || !Number.isSafeInteger(address) || address < 0) return undefined;
  // A name goes into a comment of the C text.
  return /^[\w.$@:~<>,()&*+\-=!%^|[\] ]{1,200}$/.test(item.name) && !item.name.includes('*/')
    ? { address, name: item.name }
    : undefined;
}
