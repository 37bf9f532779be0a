import { type Digest, parseSha256 } from '../model/digest.ts';

/** What a ByteStream is about. */
export interface BlobResource {
  readonly instance: string;
  /** Of the bytes as they are when they are not compressed. */
  readonly digest: Digest;
  readonly zstd: boolean;
}

export const readName = (blob: BlobResource): string => join(blob.instance, tail(blob));

export const writeName = (blob: BlobResource, uuid: string): string =>
  join(blob.instance, `uploads/${uuid}/${tail(blob)}`);

const tail = ({ digest, zstd }: BlobResource): string =>
  `${zstd ? 'compressed-blobs/zstd' : 'blobs'}/${digest.hash}/${digest.size}`;

/** An empty instance drops its slash. */
const join = (instance: string, rest: string): string => (instance === '' ? rest : `${instance}/${rest}`);

/** Undefined: not such a name. */
export function parseReadName(name: string): BlobResource | undefined {
  const steps = name.split('/');
  const at = steps.findIndex((step) => step === 'blobs' || step === 'compressed-blobs');
  return at < 0 ? undefined : parseTail(steps.slice(0, at), steps.slice(at), false);
}

/** More may follow the size: clients put what they like there. */
export function parseWriteName(name: string): BlobResource | undefined {
  const steps = name.split('/');
  const at = steps.indexOf('uploads');
  return at < 0 || !steps[at + 1] ? undefined : parseTail(steps.slice(0, at), steps.slice(at + 2), true);
}

function parseTail(
  instance: readonly string[],
  steps: readonly string[],
  open: boolean,
): BlobResource | undefined {
  const zstd = steps[0] === 'compressed-blobs' && steps[1] === 'zstd';
  if (!zstd && steps[0] !== 'blobs') return undefined;
  const rest = steps.slice(zstd ? 2 : 1);
  // The hash function may be named; it adds nothing.
  const [hash = '', size = '', ...more] = rest[0] === 'sha256' ? rest.slice(1) : rest;
  const parsed = parseSha256(hash);
  if (!parsed || !/^(?:0|[1-9][0-9]{0,14})$/.test(size) || (more.length > 0 && !open)) return undefined;
  return { instance: instance.join('/'), digest: { hash: parsed, size: Number(size) }, zstd };
}
