/** A unit of work that can travel together with others. */
interface Waiting<Item, Answer> {
  readonly item: Item;
  readonly size: number;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

export interface CoalesceOptions<Item, Answer> {
  /** The answer to each of the items. */
  readonly send: (items: readonly Item[]) => Promise<(item: Item) => Answer>;
  readonly maxItems: number;
  /** Bounds the sum of sizes in one go. */
  readonly maxSize: () => number;
  /** How many goes may be on their way at once. */
  readonly concurrency: number;
}

/**
 * Makes one call of many small ones: what is asked for while others are on their way goes along with the next. Alone, a call
 * goes out at once.
 */
export function coalesce<Item, Answer>(
  options: CoalesceOptions<Item, Answer>,
): (item: Item, size: number) => Promise<Answer> {
  const waiting: Waiting<Item, Answer>[] = [];
  let flying = 0;
  let scheduled = false;
  const takeSome = (): Waiting<Item, Answer>[] => {
    let [count, size] = [0, 0];
    for (const { size: next } of waiting) {
      if (count >= options.maxItems || (count > 0 && size + next > options.maxSize())) break;
      count++;
      size += next;
    }
    return waiting.splice(0, count);
  };
  const fly = async (some: readonly Waiting<Item, Answer>[]): Promise<void> => {
    try {
      const answerTo = await options.send(some.map(({ item }) => item));
      for (const { item, resolve } of some) resolve(answerTo(item));
    } catch (error) {
      for (const { reject } of some) reject(error);
    }
  };
  const pump = (): void => {
    scheduled = false;
    while (flying < options.concurrency && waiting.length > 0) {
      flying++;
      void fly(takeSome()).finally(() => {
        flying--;
        pump();
      });
    }
  };
  return (item, size) =>
    new Promise<Answer>((resolve, reject) => {
      waiting.push({ item, size, resolve, reject });
      if (scheduled) return;
      scheduled = true;
      setImmediate(pump);
    });
}
