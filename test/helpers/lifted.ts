import { type Hints, NO_HINTS } from '../../rules/recompiler/analyse/hints.ts';
import { readDiscovery } from '../../rules/recompiler/analyse/read-analysis.ts';
import { nameShard } from '../../rules/recompiler/apply-names/name-shard.ts';
import { bytecodeOf } from '../../rules/recompiler/bytecode/image.ts';
import { intake } from '../../rules/recompiler/intake/intake.ts';
import { discover } from '../../rules/recompiler/lift/discover.ts';
import { type Image, makeImage } from '../../rules/recompiler/lift/image.ts';
import { printPart, readPart } from '../../rules/recompiler/lift/part.ts';
import { printReport } from '../../rules/recompiler/lift/report.ts';
import { symbolsOf } from '../../rules/recompiler/lift/symbols.ts';
import { planLift, WINDOWS_TO_A_REGION } from '../../rules/recompiler/plan-lift/plan.ts';
import { IMAGE_ASSEMBLY, imageBytes } from '../../rules/recompiler/print-c/image.ts';
import { printShards, type Shard } from '../../rules/recompiler/print-c/shards.ts';
import { printModule } from '../../rules/recompiler/wasm/module.ts';

export interface LiftWishes {
  readonly shardBytes?: number;
  readonly hints?: Partial<Hints>;
  /** Names of functions; they make starts, too. */
  readonly names?: ReadonlyMap<number, string>;
  /** Functions that were not found. */
  readonly without?: ReadonlySet<number>;
}

/** A program file as it lies in memory. */
export function imageOf(name: string, content: Uint8Array): Image {
  const taken = intake(name, content);
  if (!taken.ok) throw new Error(taken.error);
  const module = taken.value.manifest.modules[0];
  if (module === undefined) throw new Error('intake found no module');
  return makeImage(module, (s) => taken.value.files.get(s.content) ?? new Uint8Array());
}

/** What the stages up to the names leave, by path within the stage's folder. */
export function liftProgram(
  name: string,
  content: Uint8Array,
  { shardBytes = 4096, hints = {}, names = new Map(), without = new Set() }: LiftWishes = {},
): ReadonlyMap<string, string | Uint8Array> {
  const image = imageOf(name, content);
  const starts = [...(hints.starts ?? []), ...names.keys()];
  const found = discover(image, { ...NO_HINTS, ...hints, starts });
  const discovery = {
    functions: found.functions.filter((f) => !without.has(f.start)),
    starts: new Set([...found.starts].filter((start) => !without.has(start))),
  };
  const entries = new Map([...names].map(([address, text]) => [address, { address, name: text }]));
  const files = new Map<string, string | Uint8Array>();
  for (const [path, text] of planLift(image, discovery, shardBytes * WINDOWS_TO_A_REGION)) {
    if (!path.startsWith('regions/')) files.set(path, text);
    else
      for (const shard of shardsOf(image, text, shardBytes))
        files.set(`shards/${shard.name}`, nameShard(shard.text, entries));
  }
  files.set('program.wasm', printModule(image, discovery));
  files.set('lift-report.json', printReport(image, discovery));
  files.set('image.S', IMAGE_ASSEMBLY);
  files.set('image.bin', imageBytes(image));
  files.set('ir.bin', bytecodeOf(image));
  return files;
}

function shardsOf(image: Image, region: string, shardBytes: number): readonly Shard[] {
  const read = readDiscovery(image, region);
  if (!read.ok) throw new Error(read.error);
  const part = readPart(printPart(printShards(image, read.value, symbolsOf(image), shardBytes)));
  if (!part.ok) throw new Error(part.error);
  return part.value;
}
