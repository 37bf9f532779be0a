/** At most so many at once; the others wait their turn. */
export function limited(atOnce: number): <T>(act: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let busy = 0;
  return async (act) => {
    if (busy >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
    else busy++;
    try {
      return await act();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else busy--;
    }
  };
}
