import { byPlace, hex, type NameEntry } from './entry.ts';

/** One entry a line, by address: what version control shows as one changed line is one changed name. */
export function printNameMap(entries: readonly NameEntry[]): string {
  if (entries.length === 0) return '[]\n';
  const lines = [...entries].sort(byPlace).map((entry) => JSON.stringify(nameMapItem(entry)));
  return `[\n${lines.join(',\n')}\n]\n`;
}

/** The entry as JSON holds it. */
export function nameMapItem(entry: NameEntry): Readonly<Record<string, unknown>> {
  const { program, name, size, kind, section, signature, comment, create, jump_table, evidence, extra } =
    entry;
  const known = { name, size, kind, section, signature, comment, create, program };
  return {
    address: hex(entry.address),
    ...Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)),
    ...(jump_table && {
      jump_table: {
        ...(jump_table.register === undefined ? {} : { register: jump_table.register }),
        ...(jump_table.default === undefined ? {} : { default: hex(jump_table.default) }),
        targets: jump_table.targets.map(hex),
      },
    }),
    ...(evidence && evidence.length > 0 && { evidence }),
    ...(extra && { extra }),
  };
}
