/** A binary heap of node indexes: the highest priority first, ties by the lower index so that runs repeat. */
export class ReadyHeap {
  readonly #items: number[] = [];
  readonly #priority: (index: number) => number;

  constructor(priority: (index: number) => number) {
    this.#priority = priority;
  }

  get size(): number {
    return this.#items.length;
  }

  push(index: number): void {
    const items = this.#items;
    let at = items.push(index) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#before(index, items[parent] ?? index)) break;
      items[at] = items[parent] ?? index;
      at = parent;
    }
    items[at] = index;
  }

  pop(): number | undefined {
    const items = this.#items;
    const top = items[0];
    const last = items.pop();
    if (top === undefined || last === undefined || items.length === 0) return top;
    this.#sink(last);
    return top;
  }

  #sink(index: number): void {
    const items = this.#items;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) break;
      const left = items[child] ?? index;
      const right = items[child + 1];
      if (right !== undefined && this.#before(right, left)) child++;
      const best = items[child] ?? index;
      if (!this.#before(best, index)) break;
      items[at] = best;
      at = child;
    }
    items[at] = index;
  }

  #before(a: number, b: number): boolean {
    const x = this.#priority(a);
    const y = this.#priority(b);
    return x === y ? a < b : x > y;
  }
}
