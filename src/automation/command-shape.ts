import type { Json } from '../base/canonical-json.ts';
import { hasControl } from '../workspace/safe-path.ts';
import { flag, list, mapOf, type Read, type Shape, table, text, wrongType } from '../workspace/shape.ts';

/** A user's own command, in either of its two spellings. */
export type Command = Read<typeof commandTable.keys> & { readonly argv: readonly string[] };

const word = text('A word.', (value) =>
  value.includes('\0') ? 'holds a NUL character, which no process can be given' : undefined,
);
const cleanPath = text('A path.', (value) =>
  value === '' || hasControl(value) ? 'expected a path' : undefined,
);

const argv = list('The command line, a word an entry; $(…) stands for files.', word);

const commandTable = table(
  'A command and what it reads and makes.',
  {
    argv,
    inputs: list('Files and folders that it reads, beside those of its stage.', cleanPath),
    outs: list('What it makes, within the folder of its stage; with / at its end: a folder.', cleanPath),
    tools: list('Programs that it starts, beside the first word.', word),
    env: mapOf('Its variables; it has no others of yours.', text('A value.')),
    network: flag('It may reach the network; its results are then never cached.'),
    local: text(
      'Why it cannot be shut in: "needs the display". It runs in your session, and its results are never cached.',
      (value) => (value.trim() === '' ? 'must say why' : undefined),
    ),
  },
  { required: ['argv'] },
);

/** `["cc", "-c", …]`, or a table with `argv` and more. */
export const command = (description: string): Shape<Command> => ({
  schema: { anyOf: [argv.schema, commandTable.schema], description },
  read: (value, at, report) => {
    const read = isList(value) ? { argv: argv.read(value, at, report) } : readTable(value, at, report);
    if (read?.argv === undefined) return undefined;
    if (read.argv.length > 0) return { ...read, argv: read.argv };
    report({ code: 'bad-value', at, part: 'value', message: 'a command has at least one word' });
    return undefined;
  },
});

const readTable: Shape<Read<typeof commandTable.keys>>['read'] = (value, at, report) =>
  typeof value === 'object' && value !== null
    ? commandTable.read(value, at, report)
    : wrongType(value, 'a list of words, or a table with argv', at, report);

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
