import { z } from 'zod';
import { RESERVED_ENV } from '../model/action-environment.ts';
import type { AttributeKind } from '../model/target.ts';

const kinds = z.registry<{ kind: AttributeKind }>();

/** Attributes that the engine opens before the rule sees them, and those that many rules share. Chain `.describe()`. */
export const attr = {
  /** A word for a process. */
  text: () => processText(),
  /** Files and globs. Whoever opens them has checked them, and said what is wrong: to the rule they are opaque. */
  sources: () => z.unknown().default([]).register(kinds, { kind: 'sources' }),
  /** Other targets. */
  labels: () => z.array(z.string()).default([]).register(kinds, { kind: 'labels' }),
  /** One other target. */
  label: () => z.string().register(kinds, { kind: 'label' }),
  /** Names from `[tools]`. */
  tools: () => z.array(z.string()).default([]).register(kinds, { kind: 'tools' }),
  /** "60s", "5m", "500ms"; the rule gets milliseconds. */
  duration: () =>
    z.string().regex(DURATION, DURATION_HELP).transform(milliseconds).refine(inBounds, DURATION_HELP),
  /** Variables of an action; `reserved` names are the rule's own. */
  env: (reserved: readonly string[] = []) =>
    z.record(z.string(), processText()).superRefine((env, ctx) => {
      for (const name of Object.keys(env)) {
        const message = envFault(name, reserved);
        if (message !== undefined) ctx.addIssue({ code: 'custom', path: [name], message });
      }
    }),
  /** Remote Execution platform properties. */
  platform: () => z.record(z.string(), z.string()),
};

/** What the engine must do with an attribute; looks through `.optional()`, `.default()`, `.describe()`, …. */
export function attributeKind(schema: z.core.$ZodType): AttributeKind {
  const own = kinds.get(schema)?.kind;
  if (own !== undefined) return own;
  const inner = innerType(schema);
  return inner === undefined ? 'value' : attributeKind(inner);
}

/** What a wrapper such as `.optional()` wraps, or what a pipe reads. */
export function innerType(schema: z.core.$ZodType): z.core.$ZodType | undefined {
  const def: object = schema._zod.def;
  const inner = 'innerType' in def ? def.innerType : 'in' in def ? def.in : undefined;
  return inner instanceof z.core.$ZodType ? inner : undefined;
}

const processText = () =>
  z.string().refine((text) => !text.includes('\0'), 'holds a NUL character, which no process can be given');

/** What editors are told of `attr.sources()`. */
export const sourcesShape = (): z.ZodType => z.union([z.array(sourceItem), sourceItem]);

const globs = z.union([z.string(), z.array(z.string())]);

const sourceItem = z.union([
  z.string(),
  z.strictObject({
    glob: globs.describe(
      'Files whose path fits: `*` within a folder, `**` across folders, `{a,b}`, `[0-9]`.',
    ),
    exclude: globs.optional().describe('What is left out of them.'),
    allow_empty: z.boolean().optional().describe('That no file fits is no mistake.'),
  }),
  z.strictObject({
    external: z
      .string()
      .describe('A file outside the workspace, by its absolute path: hashed, never stored.'),
    sha256: z.string().optional().describe('The digest it must have.'),
  }),
]);

const DURATION = /^[1-9][0-9]{0,8}(ms|s|m|h)$/;
const DURATION_HELP = 'expected a duration of at most 24 hours, such as "500ms", "60s" or "5m"';
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

function milliseconds(text: string): number {
  const unit = text.replace(/^[0-9]+/, '');
  return Number.parseInt(text, 10) * (UNITS[unit] ?? Number.NaN);
}

const inBounds = (ms: number): boolean => ms <= 86_400_000;

function envFault(name: string, reserved: readonly string[]): string | undefined {
  if (Object.hasOwn(RESERVED_ENV, name)) return `${name} is set by the sandbox and cannot be declared`;
  if (reserved.includes(name)) return `${name} is set by the rule and cannot be declared`;
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || name === '__proto__')
    return `${JSON.stringify(name)} cannot be the name of a variable`;
  return undefined;
}
