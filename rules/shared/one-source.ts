import type { InputFile, RuleContext, Shape } from '../../src/rule-api/index.ts';

/** The only file of an attribute made with `attr.sources()`; more or fewer is a mistake that this reports. */
export function oneSource(
  ctx: Pick<RuleContext<Shape>, 'sources' | 'fail'>,
  attribute: string,
): InputFile | undefined {
  const files = ctx.sources(attribute);
  if (files.length === 1) return files[0];
  ctx.fail(`${attribute} stands for ${files.length} files: it must be exactly one`, [attribute]);
  return undefined;
}

/** The same where none is fine too. */
export const sourceIfAny = (
  ctx: Pick<RuleContext<Shape>, 'sources' | 'fail'>,
  attribute: string,
): InputFile | undefined => (ctx.sources(attribute).length === 0 ? undefined : oneSource(ctx, attribute));
