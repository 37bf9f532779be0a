/** What went wrong with a remote, as far as it matters what to do about it. */
export type FaultKind =
  /** No connection: nobody there, or nobody that can be talked to. */
  | 'unreachable'
  | 'timeout'
  /** It knows us and says no. */
  | 'refused'
  /** It is short of something: too many requests, no room. */
  | 'busy'
  /** One thing it does not take: a blob that is too large. */
  | 'unwanted'
  /** What came was not what was asked for. */
  | 'damaged'
  | 'broken'
  /** It has failed so often that it is left alone. */
  | 'given-up';

/** Thrown by whatever talks to a remote, and by nothing else: whoever catches it goes on without. */
export class RemoteFault extends Error {
  readonly kind: FaultKind;

  constructor(kind: FaultKind, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'RemoteFault';
    this.kind = kind;
  }
}

/** By name: the bundles that are loaded lazily hold copies of the class. */
export const isRemoteFault = (error: unknown): error is RemoteFault =>
  error instanceof Error && error.name === 'RemoteFault' && 'kind' in error;

/** Another try may well succeed. */
export const isPassing = ({ kind }: RemoteFault): boolean =>
  kind === 'busy' || kind === 'broken' || kind === 'damaged';
