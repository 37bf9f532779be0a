import { type Hints, NO_HINTS } from '../../rules/recompiler/analyse/hints.ts';
import { nameShard } from '../../rules/recompiler/apply-names/name-shard.ts';
import { intake } from '../../rules/recompiler/intake/intake.ts';
import { discover } from '../../rules/recompiler/lift/discover.ts';
import { type Image, makeImage } from '../../rules/recompiler/lift/image.ts';
import { DEFAULT_SHARD_BYTES, lift } from '../../rules/recompiler/lift/lift.ts';

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
  { shardBytes = DEFAULT_SHARD_BYTES, hints = {}, names = new Map(), without = new Set() }: LiftWishes = {},
): ReadonlyMap<string, string | Uint8Array> {
  const image = imageOf(name, content);
  const starts = [...(hints.starts ?? []), ...names.keys()];
  const found = discover(image, { ...NO_HINTS, ...hints, starts });
  const discovery = {
    functions: found.functions.filter((f) => !without.has(f.start)),
    starts: new Set([...found.starts].filter((start) => !without.has(start))),
  };
  const lifted = lift(image, discovery, shardBytes);
  const entries = new Map([...names].map(([address, text]) => [address, { address, name: text }]));
  return new Map(
    [...lifted].map(([path, file]) => [
      path.replace(/^unnamed\//, ''),
      typeof file === 'string' && path.endsWith('.c') ? nameShard(file, entries) : file,
    ]),
  );
}
