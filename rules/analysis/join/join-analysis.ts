import type { NameEntry } from '../../shared/name-map/entry.ts';
import { isRecord } from '../../shared/name-map/json-values.ts';
import { nameMapItem } from '../../shared/name-map/print-name-map.ts';

/** What was found of the code, with what it is called. */
export function joinAnalysis(
  code: Readonly<Record<string, unknown>>,
  names: readonly NameEntry[],
): Readonly<Record<string, unknown>> {
  const nameAt = new Map(names.map((entry) => [entry.address, entry.name]));
  const functions = Array.isArray(code['functions']) ? code['functions'] : [];
  return {
    ...code,
    functions: functions.map((item: unknown) => {
      const name = isRecord(item) ? nameAt.get(Number(item['address'])) : undefined;
      return isRecord(item) && name !== undefined ? { ...item, name } : item;
    }),
    names: names.map(nameMapItem),
  };
}
