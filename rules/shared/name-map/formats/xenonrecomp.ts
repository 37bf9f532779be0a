import { err, ok } from '../../../../src/base/result.ts';
import { LIMITS, type NameEntry } from '../entry.ts';
import { MAX_FAULTS, type NameFormat } from './format.ts';
import { upperHex } from './lines.ts';
import { parseToml, type TomlTable, tableOf, tablesOf, wholeOf } from './toml-text.ts';

/** functions = [{ address, size }], `[[switch]]` with base, r, default, labels: boundaries and jump tables, no names. */
export const xenonrecomp: NameFormat = {
  id: 'xenonrecomp',
  title: 'XenonRecomp TOML',
  looksLike: (text) => /^\s*\[\[\s*switch\s*\]\]/m.test(text) || /^\s*functions\s*=\s*\[/m.test(text),
  read(text) {
    const root = parseToml(text);
    if (!root.ok) return root;
    const functions = tablesOf(root.value['functions'] ?? tableOf(root.value['main'])?.['functions']);
    const switches = tablesOf(root.value['switch']);
    if (functions === undefined || switches === undefined)
      return err('functions and switch are lists of tables');
    const starts = functions.map(
      (item, i) => readFunction(item) ?? `function ${i}: expected address and size`,
    );
    const tables = switches.map((item, i) => readSwitch(item) ?? `switch ${i}: expected base and labels`);
    const all = [...starts, ...tables];
    if (all.length > LIMITS.entries) return err(`more than ${LIMITS.entries} entries`);
    const faults = all.filter((item) => typeof item === 'string');
    if (faults.length > 0) return err(faults.slice(0, MAX_FAULTS).join('\n'));
    return ok(joinPlaces(all.filter((item) => typeof item !== 'string')));
  },
  print: (entries) => `${[printFunctions(entries), ...entries.flatMap(printSwitch)].join('\n')}`,
};

function readFunction(item: TomlTable): NameEntry | undefined {
  const [address, size] = [wholeOf(item['address']), wholeOf(item['size'])];
  return address === undefined || size === undefined ? undefined : { address, size, create: true };
}

function readSwitch(item: TomlTable): NameEntry | undefined {
  const { labels } = item;
  const [address, register, other] = [wholeOf(item['base']), wholeOf(item['r']), wholeOf(item['default'])];
  if (address === undefined || !Array.isArray(labels) || labels.length > LIMITS.targets) return undefined;
  const targets = labels.map(wholeOf).filter((label) => label !== undefined);
  if (targets.length === 0 || targets.length < labels.length) return undefined;
  return {
    address,
    jump_table: {
      targets,
      ...(register === undefined ? {} : { register }),
      ...(other === undefined ? {} : { default: other }),
    },
  };
}

/** A function may begin with the jump of its switch. */
function joinPlaces(entries: readonly NameEntry[]): readonly NameEntry[] {
  const places = new Map<number, NameEntry>();
  for (const entry of entries) places.set(entry.address, { ...places.get(entry.address), ...entry });
  return [...places.values()].sort((a, b) => a.address - b.address);
}

function printFunctions(entries: readonly NameEntry[]): string {
  const sized = entries.filter((e) => e.size !== undefined && (e.kind ?? 'function') === 'function');
  const lines = sized.map(
    (e) => `    { address = ${upperHex(e.address)}, size = ${upperHex(e.size ?? 0, 1)} },\n`,
  );
  return lines.length === 0 ? '' : `functions = [\n${lines.join('')}]\n`;
}

function printSwitch({ address, jump_table: table }: NameEntry): string[] {
  if (table === undefined) return [];
  return [
    [
      '[[switch]]',
      `base = ${upperHex(address)}`,
      ...(table.register === undefined ? [] : [`r = ${table.register}`]),
      ...(table.default === undefined ? [] : [`default = ${upperHex(table.default)}`]),
      'labels = [',
      ...table.targets.map((target) => `    ${upperHex(target)},`),
      ']',
      '',
    ].join('\n'),
  ];
}
