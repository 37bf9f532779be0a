import fc from 'fast-check';
import { EVIDENCE_SOURCES, NAME_KINDS, type NameEntry } from '../../../rules/shared/name-map/entry.ts';

const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(value, { nil: undefined });
export const anyName = fc.stringMatching(/^[A-Za-z_][\w.$]{0,12}$/);
const anyText = fc.string({ maxLength: 30 });
const anyAddress = fc.integer({ min: 0, max: 0x2000 }).map((n) => 0x8000000 + n * 4);

const anyEvidence = fc
  .record({
    source: fc.constantFrom(...EVIDENCE_SOURCES),
    detail: maybe(anyText),
    confidence: maybe(fc.integer({ min: 0, max: 10 }).map((n) => n / 10)),
  })
  .map(dropUndefined);

const anyEntry: fc.Arbitrary<NameEntry> = fc
  .record({
    address: anyAddress,
    name: anyName,
    size: maybe(fc.integer({ min: 4, max: 4096 })),
    kind: maybe(fc.constantFrom(...NAME_KINDS)),
    signature: maybe(anyText),
    comment: maybe(anyText),
    create: maybe(fc.boolean()),
    evidence: maybe(
      fc.uniqueArray(anyEvidence, { minLength: 1, maxLength: 3, selector: (e) => JSON.stringify(e) }),
    ),
    jump_table: maybe(fc.record({ targets: fc.array(anyAddress, { minLength: 1, maxLength: 4 }) })),
  })
  .map(dropUndefined);

/** A map as a person may have it: each address once. */
export const anyEntries: fc.Arbitrary<readonly NameEntry[]> = fc.uniqueArray(anyEntry, {
  maxLength: 12,
  selector: (entry) => entry.address,
});

type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

function dropUndefined<T extends object>(value: T): Defined<T> {
  const kept: unknown = Object.fromEntries(
    Object.entries(value).filter(([, member]) => member !== undefined),
  );
  return kept as Defined<T>;
}
