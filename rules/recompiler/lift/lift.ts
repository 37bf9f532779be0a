import { bytecodeOf } from '../bytecode/image.ts';
import type { Module, Segment } from '../module/manifest.ts';
import { printShards } from '../print-c/shards.ts';
import { IMAGE_ASSEMBLY, imageBytes, printTable } from '../print-c/table.ts';
import { printModule } from '../wasm/module.ts';
import { discover } from './discover.ts';
import { makeImage } from './image.ts';
import { makeReport } from './report.ts';

export interface LiftOptions {
  /** Code bytes to a shard. */
  readonly shardBytes: number;
  readonly names: ReadonlyMap<number, string>;
}

export const DEFAULT_SHARD_BYTES = 4096;

/** Everything that the C build needs besides the runtime: relative path → content. */
export function lift(
  module: Module,
  contentOf: (segment: Segment) => Uint8Array,
  options: LiftOptions,
): ReadonlyMap<string, string | Uint8Array> {
  const image = makeImage(module, contentOf);
  const names = withSymbols(module, options.names);
  const named = [...options.names.keys()].filter(image.isCode);
  const discovery = discover(image, named);
  const report = makeReport(image, discovery, names);
  const files = new Map<string, string | Uint8Array>();
  for (const shard of printShards(image, discovery, names, options.shardBytes))
    files.set(`shards/${shard.name}`, shard.text);
  files.set('program.c', printTable(image, discovery));
  files.set('image.S', IMAGE_ASSEMBLY);
  files.set('image.bin', imageBytes(image));
  files.set('program.wasm', printModule(image, discovery));
  files.set('ir.bin', bytecodeOf(image));
  files.set('lift-report.json', `${JSON.stringify(report, null, 2)}\n`);
  return files;
}

/** A name map's names win over the file's own symbols. */
function withSymbols(module: Module, names: ReadonlyMap<number, string>): ReadonlyMap<number, string> {
  const all = new Map<number, string>();
  for (const s of module.symbols)
    if (/^[\w.$@]+$/.test(s.name)) all.set(module.load_address + s.offset, s.name);
  for (const [address, name] of names) all.set(address, name);
  return all;
}
