/** SHA-256 in lower-case hex. */
export type Sha256 = string & { readonly __brand: 'Sha256' };

/** The name of a blob, as the Remote Execution API has it. */
export interface Digest {
  readonly hash: Sha256;
  readonly size: number;
}

const HEX = /^[0-9a-f]{64}$/;

export const parseSha256 = (text: string): Sha256 | undefined => (isSha256(text) ? text : undefined);

const isSha256 = (text: string): text is Sha256 => HEX.test(text);

export const sameDigest = (a: Digest, b: Digest): boolean => a.hash === b.hash && a.size === b.size;
