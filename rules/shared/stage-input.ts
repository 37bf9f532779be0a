import type { Dep, OutputFile, RuleContext, Shape, z } from '../../src/rule-api/index.ts';

/** What the target that `attribute` names offers under `provider`; a target that offers none is reported. */
export function stageInput<T>(
  ctx: Pick<RuleContext<Shape>, 'deps' | 'fail'>,
  attribute: string,
  provider: string,
  schema: z.ZodType<T>,
  from: string,
): { readonly dep: Dep; readonly value: T } | undefined {
  const [dep] = ctx.deps(attribute);
  if (dep === undefined) return undefined;
  const parsed = schema.safeParse(dep.providers[provider]);
  if (parsed.success) return { dep, value: parsed.data };
  const message = `${attribute} names ${dep.label}, which is a ${dep.rule} and offers no ${provider}`;
  ctx.fail(message, [attribute], `name a target of the rule ${from}`);
  return undefined;
}

/** The output that a provider names by its path. */
export function outputAt(dep: Dep, path: string): OutputFile {
  for (const file of dep.files) if (file.kind === 'output' && file.path === path) return file;
  throw new Error(`${dep.label} names ${path}, which is none of its files`);
}
