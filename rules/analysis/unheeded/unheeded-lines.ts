import { isRecord } from '../../shared/name-map/json-values.ts';

/** `file:line:column: address: what is said, but what is so`, one for each statement that was not followed. */
export const unheededLines = (list: unknown, places: Readonly<Record<string, unknown>>): readonly string[] =>
  (Array.isArray(list) ? list : []).flatMap((item: unknown) => {
    if (!isRecord(item)) return [];
    const { address, said, found } = item;
    const place = typeof address === 'string' ? places[address] : undefined;
    const where = typeof place === 'string' ? `${place}: ` : '';
    return [`${where}${address}: not followed: it says that ${said}, but ${found}`];
  });

const SHOWN = 12;

/** As far as a screen goes. */
export const shortened = (lines: readonly string[]): readonly string[] =>
  lines.length <= SHOWN
    ? lines
    : [
        ...lines.slice(0, SHOWN),
        `and ${lines.length - SHOWN} more: unheeded.txt beside analysis.json has all`,
      ];
