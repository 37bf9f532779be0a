/** Why a blob was not taken. `full`: not even after everything else had made room; `broken`: the machine refused. */
export type Refusal = 'too-large' | 'wrong-size' | 'wrong-hash' | 'full' | 'broken';

export type Arrival = 'stored' | 'present' | Refusal;

/** A blob that arrives in pieces, which are the store's own from then on. End it by `finish` or `abort`. */
export interface IncomingBlob {
  /** A promise: wait for it before the next piece. */
  write(piece: Uint8Array): Promise<void> | undefined;
  /** Already lost: the rest need not be sent. */
  readonly refusal: Refusal | undefined;
  finish(): Promise<Arrival>;
  abort(): void;
}
