import { parsePattern } from './label-syntax.ts';
import { anything, integer, list, mapOf, table, text } from './shape.ts';

function labelPatternFault(pattern: string): string | undefined {
  const parsed = parsePattern(pattern, '');
  return parsed.ok ? undefined : parsed.error;
}

const visibility = (description: string) =>
  list(description, text('A pattern of labels.', labelPatternFault));

/** What every target may say, whatever its rule. */
export const commonTargetKeys = {
  name: text('The name within the package.'),
  rule: text('What kind of target it is.'),
  visibility: visibility('Who may depend on it: patterns of labels. Default: the package’s.'),
  tags: list('Words to select targets by.', text('A word.')),
} as const;

export const defaultsShape = table('Attributes of every target of this file that does not set them itself.', {
  tools: list('Names from [tools].', text('A name.')),
  env: mapOf('Environment variables, joined key by key with the target’s own.', text('A value.')),
  timeout: text('The time limit of each action: "90s", "5m".'),
  tags: list('Words to select targets by.', text('A word.')),
  pool: text('A name from [pools].'),
  retries: integer('How often a failed action is tried again.', 0, 100),
  visibility: visibility('Who may depend on the targets: patterns of labels.'),
});

export const packageShape = table('The package itself.', {
  visibility: visibility('Who may depend on its targets, unless they say otherwise. Default: everybody.'),
});

/** The keys at the top of `BUILD.toml`. Targets are looked at one by one. */
export const buildFileShape = table('BUILD.toml: the targets of its folder.', {
  package: packageShape,
  defaults: defaultsShape,
  target: anything('The targets.'),
});
