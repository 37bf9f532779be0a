import { z } from 'zod';
import type { Json } from '../base/canonical-json.ts';
import type { ResolvedTarget } from '../model/target.ts';
import { attributeIssues } from './attribute-issues.ts';
import { commonAttributes, RESERVED_ATTRIBUTES } from './common-attributes.ts';
import type { Attributes, RuleContext, Shape } from './context.ts';
import { describeRule } from './describe-rule.ts';
import {
  type ExpandAnswer,
  type ExpandRequest,
  RULE_BRAND,
  type Rule,
  type TargetDiagnostic,
} from './rule.ts';
import { targetBuilder } from './target-builder.ts';

export interface RuleSpec<S extends Shape> {
  /** What a target writes: `rule = "…"`. */
  readonly name: string;
  /** One sentence, for editors and lists. */
  readonly summary: string;
  /** Each with a `.describe()`; what is not named here is an error in a target. */
  readonly attributes: S;
  /** Its targets are tests: their actions may be such whose failure is a red test. */
  readonly test?: boolean;
  /** The part that its targets play, if there is a word for it: a lane of `recomp graph`. */
  readonly stage?: string;
  /** Data that targets of this rule may offer to those that depend on them. */
  readonly providers?: Readonly<Record<string, z.ZodType>>;
  /** Must return at once and depend on `ctx` alone. */
  implement(ctx: RuleContext<S>): void;
}

/** Makes a rule. Throws when the definition itself is wrong, which is the package author's to see. */
export function defineRule<const S extends Shape>(spec: RuleSpec<S>): Rule {
  checkDefinition(spec);
  const info = describeRule(spec);
  const own = z.strictObject(spec.attributes);
  return {
    [RULE_BRAND]: 1,
    name: spec.name,
    describe: () => info,
    expand: (request) => expand(spec, own, request),
    check: (target) => {
      const parsed = parse(spec, own, target);
      return parsed.ok ? [] : parsed.diagnostics;
    },
  };
}

type OwnSchema<S extends Shape> = z.ZodObject<S, z.core.$strict>;
const common = z.object(commonAttributes);

function expand<S extends Shape>(spec: RuleSpec<S>, own: OwnSchema<S>, request: ExpandRequest): ExpandAnswer {
  const parsed = parse(spec, own, request.target);
  return parsed.ok ? run(spec, request, parsed.attributes, parsed.scheduling) : parsed;
}

type Parsed<S extends Shape> =
  | { readonly ok: true; readonly attributes: Attributes<S>; readonly scheduling: z.output<typeof common> }
  | { readonly ok: false; readonly diagnostics: readonly TargetDiagnostic[] };

function parse<S extends Shape>(spec: RuleSpec<S>, own: OwnSchema<S>, target: ResolvedTarget): Parsed<S> {
  const { label, attributes } = target;
  const scheduling = COMMON_KEYS.some((key) => key in attributes) ? common.safeParse(attributes) : NO_COMMON;
  const parsed = own.safeParse(ownAttributes(target, spec.attributes));
  if (scheduling.success && parsed.success)
    return { ok: true, attributes: parsed.data, scheduling: scheduling.data };
  const of = (schema: z.ZodType, issues: readonly z.core.$ZodIssue[] = []) =>
    attributeIssues({ label, rule: spec.name, schema, attributes }, issues);
  return {
    ok: false,
    diagnostics: [...of(common, scheduling.error?.issues), ...of(own, parsed.error?.issues)],
  };
}

/** What a rule throws is a fault of the rule, not of recomp: it is told, and other targets go on. */
function run<S extends Shape>(
  spec: RuleSpec<S>,
  request: ExpandRequest,
  attributes: Attributes<S>,
  scheduling: z.output<typeof common>,
): ExpandAnswer {
  const builder = targetBuilder<S>(request, attributes, scheduling, (name, value) =>
    provider(spec, name, value),
  );
  try {
    const returned: unknown = spec.implement(builder.context);
    if (returned instanceof Promise) throw new Error('implement must not be asynchronous');
    return testsOnlyIn(spec, request, builder.finish());
  } catch (error) {
    // After a mistake of the user's, a rule may well stumble: the mistake is what matters.
    const { diagnostics } = builder;
    return {
      ok: false,
      diagnostics: diagnostics.length > 0 ? diagnostics : [ruleFault(spec.name, request, error)],
    };
  }
}

/** What is a test must be known before any rule has run: `recomp query` asks. */
function testsOnlyIn<S extends Shape>(
  spec: RuleSpec<S>,
  request: ExpandRequest,
  answer: ExpandAnswer,
): ExpandAnswer {
  if (!answer.ok || !answer.target.test || spec.test === true) return answer;
  const error = new Error('it makes a test, and its definition does not say `test: true`');
  return { ok: false, diagnostics: [ruleFault(spec.name, request, error)] };
}

function ruleFault(rule: string, request: ExpandRequest, error: unknown) {
  const text = error instanceof Error ? error.message : String(error);
  const stack =
    request.debug && error instanceof Error && error.stack !== undefined ? `\n${error.stack}` : '';
  return {
    label: request.target.label,
    code: 'rule-fault',
    message: `the rule ${rule} of ${request.package.name} failed on ${request.target.label}: ${text}${stack}`,
    help: 'this is a fault of the rule, not of the target; RECOMP_DEBUG=1 shows where',
  };
}

function provider(spec: Pick<RuleSpec<Shape>, 'providers'>, name: string, value: unknown): Json {
  const schema = spec.providers?.[name];
  if (schema === undefined) throw new Error(`it provides ${name}, which its definition does not list`);
  const parsed = schema.safeParse(value);
  if (!parsed.success)
    throw new Error(`what it provides as ${name} is not as defined: ${z.prettifyError(parsed.error)}`);
  // Plain data, or it could not go to another thread or be stored.
  const plain: Json = JSON.parse(JSON.stringify(parsed.data));
  return plain;
}

/** Without what every target may have, and without defaults of the file that this rule has no use for. */
function ownAttributes({ attributes, defaulted = [] }: ExpandRequest['target'], shape: Shape): object {
  const foreign = [...COMMON_KEYS, ...defaulted.filter((key) => !Object.hasOwn(shape, key))];
  if (!foreign.some((key) => key in attributes)) return attributes;
  return Object.fromEntries(Object.entries(attributes).filter(([key]) => !foreign.includes(key)));
}

const COMMON_KEYS = Object.keys(commonAttributes);
/** Most targets say nothing of what every target may. */
const NO_COMMON = common.safeParse({});

function checkDefinition<S extends Shape>(spec: RuleSpec<S>): void {
  if (!/^[a-zA-Z][a-zA-Z0-9_.-]*$/.test(spec.name))
    throw new Error(`${JSON.stringify(spec.name)} cannot be a rule’s name`);
  if (spec.summary === '') throw new Error(`the rule ${spec.name} needs a summary`);
  for (const [key, schema] of Object.entries(spec.attributes)) {
    if (RESERVED_ATTRIBUTES.has(key))
      throw new Error(`the rule ${spec.name} cannot define ${key}: every target has it`);
    if (schema.description === undefined)
      throw new Error(`the attribute ${key} of the rule ${spec.name} needs a .describe(…)`);
  }
}
