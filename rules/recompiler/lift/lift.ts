import { bytecodeOf } from '../bytecode/image.ts';
import { printShards } from '../print-c/shards.ts';
import { IMAGE_ASSEMBLY, imageBytes, printTable } from '../print-c/table.ts';
import { printModule } from '../wasm/module.ts';
import type { Discovery } from './discover.ts';
import type { Image } from './image.ts';
import { makeReport } from './report.ts';

export const DEFAULT_SHARD_BYTES = 4096;

/** What a name map has no say in; `apply-names` makes the rest of it. */
export const UNNAMED = 'unnamed';

/** Everything that the C build needs besides the runtime: relative path → content. */
export function lift(
  image: Image,
  discovery: Discovery,
  shardBytes: number,
): ReadonlyMap<string, string | Uint8Array> {
  const files = new Map<string, string | Uint8Array>();
  const symbols = symbolsOf(image);
  for (const shard of printShards(image, discovery, symbols, shardBytes))
    files.set(`${UNNAMED}/shards/${shard.name}`, shard.text);
  files.set(`${UNNAMED}/program.wasm`, printModule(image, discovery));
  const report = makeReport(image, discovery, symbols);
  files.set(`${UNNAMED}/lift-report.json`, `${JSON.stringify(report, null, 2)}\n`);
  files.set('program.c', printTable(image, discovery));
  files.set('image.S', IMAGE_ASSEMBLY);
  files.set('image.bin', imageBytes(image));
  files.set('ir.bin', bytecodeOf(image));
  return files;
}

/** The file's own names. */
function symbolsOf({ module }: Image): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const s of module.symbols)
    if (/^[\w.$@]{1,200}$/.test(s.name)) names.set(module.load_address + s.offset, s.name);
  return names;
}
