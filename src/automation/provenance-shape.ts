import { parseSha256 } from '../model/digest.ts';
import { hasControl } from '../workspace/safe-path.ts';
import { flag, integer, list, oneOf, type Read, table, text } from '../workspace/shape.ts';

export const INPUT_FORMATS = [
  ...(['xci', 'keyset', 'video_mp4', 'nca', 'exefs', 'nso0', 'nro0', 'nrr0', 'npdm'] as const),
  ...(['elf', 'lifted_json', 'other'] as const),
] as const;
export type InputFormat = (typeof INPUT_FORMATS)[number];

const words = (description: string) => text(description);
const path = text('The file, relative to this one, or absolute.', (value) =>
  value === '' || hasControl(value) ? 'expected a path' : undefined,
);
const digest = text('Its SHA-256.', (value) =>
  parseSha256(value) === undefined ? 'expected a SHA-256: 64 digits, 0-9 and a-f in lower case' : undefined,
);

const input = table(
  'A file that the loop starts from.',
  {
    path,
    sha256: digest,
    size: integer('Its size in bytes.', 0, Number.MAX_SAFE_INTEGER),
    format: oneOf('What it is.', INPUT_FORMATS),
    role: words('What it is for: program, reference, …'),
    proprietary: flag('Whether it may never lie where git tracks it. Default: by its format and title_id.'),
  },
  { required: ['path', 'sha256', 'format'] },
);

/** What `provenance.toml` may hold. */
export const provenanceShape = table('provenance.toml: where the inputs come from.', {
  title: table('What they are of.', {
    name: words('Its name.'),
    title_id: words('Its id; "homebrew" if it has none.'),
    version: words('Its version.'),
    region: words('Its region.'),
  }),
  collection: table('How they were got.', {
    device: words('From what.'),
    collected_at: words('When.'),
    tool: table('With what.', { name: words('Its name.'), version: words('Its version.') }),
  }),
  inputs: list('The files.', input),
});

export type Provenance = Read<typeof provenanceShape.keys>;
export type ProvenanceInput = NonNullable<Provenance['inputs']>[number];

/** Formats that exist only where a title was bought. */
const RETAIL: ReadonlySet<string> = new Set(['xci', 'keyset', 'nca', 'exefs', 'nso0', 'nrr0', 'npdm']);

/** Said by the input itself, else by its format; pictures and lifted code are what the other inputs are. */
export function isProprietary(input: ProvenanceInput, { title, inputs = [] }: Provenance): boolean {
  if (input.proprietary !== undefined) return input.proprietary;
  if (title?.title_id === 'homebrew') return false;
  if (RETAIL.has(input.format ?? '')) return true;
  const derived = input.format === 'video_mp4' || input.format === 'lifted_json';
  return derived && inputs.some((other) => other.proprietary ?? RETAIL.has(other.format ?? ''));
}
