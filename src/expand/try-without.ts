import type { Label } from '../model/label.ts';
import type { ConfiguredTarget, ResolvedTarget } from '../model/target.ts';
import type { ExpandRequest, Rule, TargetDiagnostic } from '../rule-api/rule.ts';

/** What a rule says of outputs hangs on the target alone. Of all else it says, an empty dependency may be the reason. */
const OWN_FAULTS: ReadonlySet<string> = new Set(['bad-output-path', 'duplicate-output']);

/**
 * The mistakes of a target's own when dependencies of it are not known, and what it would make: so one wrong label does not hide
 * the rest.
 */
export function tryWithout(
  request: ExpandRequest,
  rule: Rule,
): { readonly target?: ConfiguredTarget; readonly diagnostics: readonly TargetDiagnostic[] } {
  const faults = rule.check?.(request.target) ?? [];
  if (faults.length > 0) return { diagnostics: faults };
  const answer = rule.expand(request);
  if (answer.ok) return { target: answer.target, diagnostics: [] };
  return { diagnostics: answer.diagnostics.filter(({ code }) => OWN_FAULTS.has(code)) };
}

/** A target's dependencies; in the place of each that is missing, one that offers nothing. */
export const withStandIns = (
  target: ResolvedTarget,
  known: ReadonlyMap<Label, ConfiguredTarget>,
): ReadonlyMap<Label, ConfiguredTarget> =>
  new Map(
    Object.values(target.labels)
      .flat()
      .map((label) => [label, known.get(label) ?? nothingBy(label, target)]),
  );

const nothingBy = (label: Label, { file, at }: ResolvedTarget): ConfiguredTarget => ({
  label,
  rule: '',
  file,
  at,
  deps: [],
  tags: [],
  test: false,
  actions: [],
  provides: { files: [], providers: {} },
});
