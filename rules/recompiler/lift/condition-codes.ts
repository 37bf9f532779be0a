/** N, Z, C and V in whatever form a printer has them. */
export interface Flags<T> {
  readonly n: T;
  readonly z: T;
  readonly c: T;
  readonly v: T;
}

export interface FlagLogic<T> {
  readonly not: (a: T) => T;
  readonly and: (a: T, b: T) => T;
  readonly same: (a: T, b: T) => T;
}

/** What the pair of conditions that begins with an even code (EQ/NE, CS/CC, …) asks of the flags; the odd one is its opposite. */
export function holdsEven<T>({ n, z, c, v }: Flags<T>, code: number, { not, and, same }: FlagLogic<T>): T {
  switch (code) {
    case 0:
      return z;
    case 2:
      return c;
    case 4:
      return n;
    case 6:
      return v;
    case 8:
      return and(c, not(z));
    case 10:
      return same(n, v);
    default:
      return and(not(z), same(n, v));
  }
}
