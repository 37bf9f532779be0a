/** Ranges of addresses that do not touch each other, in order: as `runtime/ranges.c` has them. */
export class Ranges {
  #list: (readonly [from: number, to: number])[] = [];

  remove(from: number, to: number): void {
    this.#list = this.#list.flatMap(([a, b]): (readonly [number, number])[] =>
      b <= from || a >= to
        ? [[a, b]]
        : [...(a < from ? [[a, from] as const] : []), ...(b > to ? [[to, b] as const] : [])],
    );
  }

  /** Whatever of it is there already stays. */
  add(from: number, to: number): void {
    const touching = this.#list.filter(([a, b]) => b >= from && a <= to);
    const others = this.#list.filter(([a, b]) => b < from || a > to);
    const all = [[from, to] as const, ...touching];
    const whole = [Math.min(...all.map(([a]) => a)), Math.max(...all.map(([, b]) => b))] as const;
    this.#list = [...others, whole].sort(([a], [b]) => a - b);
  }

  has(from: number, to: number): boolean {
    return this.#list.some(([a, b]) => a <= from && to <= b);
  }

  /** Where the first one that is so large begins. */
  first(size: number): number | undefined {
    return this.#list.find(([a, b]) => b - a >= size)?.[0];
  }
}
