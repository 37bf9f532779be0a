import type { z } from 'zod';
import type { Json } from '../base/canonical-json.ts';
import { nearest } from '../base/nearest.ts';
import { sorted } from '../base/order.ts';
import type { Label } from '../model/label.ts';
import type { KeyPath } from '../model/target.ts';
import { RESERVED_ATTRIBUTES } from './common-attributes.ts';
import type { TargetDiagnostic } from './rule.ts';
import { childSchema, inWords } from './schema-words.ts';

/** What a list of issues is about. */
export interface IssueSubject {
  readonly label: Label;
  readonly rule: string;
  readonly schema: z.core.$ZodType;
  readonly attributes: Json;
}

/** What zod found, in the words of someone who writes BUILD.toml. */
export function attributeIssues(
  subject: IssueSubject,
  issues: readonly z.core.$ZodIssue[],
): TargetDiagnostic[] {
  const { label, attributes } = subject;
  return issues.flatMap((issue): TargetDiagnostic[] => {
    const path = issue.path.filter((p) => typeof p !== 'symbol');
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(subject, path, key));
    const value = valueAt(attributes, path);
    if (value === undefined && path.length > 0) return [missing(subject, path)];
    const message = `${spell(path)}: ${problem(subject.schema, path, value, issue)}`;
    return [{ label, attributePath: path, code: 'bad-attribute', message }];
  });
}

function unknownKey({ label, rule, schema }: IssueSubject, path: KeyPath, key: string): TargetDiagnostic {
  const known = sorted([
    ...Object.keys(shapeAt(schema, path)),
    ...(path.length === 0 ? RESERVED_ATTRIBUTES : []),
  ]);
  const near = nearest(key, known);
  const owner = path.length === 0 ? `the rule ${rule} has no attribute` : `${spell(path)} has no key`;
  return {
    label,
    attributePath: [...path, key],
    code: 'unknown-key',
    message: `${owner} ${JSON.stringify(key)}`,
    help: near === undefined ? `known: ${known.join(', ')}` : `did you mean ${JSON.stringify(near)}?`,
  };
}

function missing({ label, rule, schema }: IssueSubject, path: KeyPath): TargetDiagnostic {
  const found = schemaAt(schema, path);
  return {
    label,
    ...(path.length > 1 && { attributePath: path.slice(0, -1) }),
    code: 'missing-attribute',
    message: `${spell(path)} is missing${path.length === 1 ? `: the rule ${rule} needs it` : ''}`,
    ...(found !== undefined && { help: `it is ${inWords(found)}` }),
  };
}

function problem(
  schema: z.core.$ZodType,
  path: KeyPath,
  value: Json | undefined,
  issue: z.core.$ZodIssue,
): string {
  if (issue.code !== 'invalid_type' && issue.code !== 'invalid_union') return issue.message;
  const found = schemaAt(schema, path);
  return `expected ${found === undefined ? issue.message : inWords(found)}, got ${valueInWords(value)}`;
}

const spell = (path: KeyPath): string =>
  path.map((step, i) => (typeof step === 'number' ? `[${step}]` : i === 0 ? step : `.${step}`)).join('');

function valueInWords(value: Json | undefined): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return 'a string';
  if (typeof value === 'number') return 'a number';
  if (typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? 'a list' : 'a table';
}

function valueAt(value: Json | undefined, path: KeyPath): Json | undefined {
  let at: unknown = value;
  for (const step of path) at = typeof at === 'object' && at !== null ? Reflect.get(at, step) : undefined;
  return isJson(at) ? at : undefined;
}

/** Only ever applied to a part of a Json value. */
const isJson = (value: unknown): value is Json => value !== undefined;

function schemaAt(schema: z.core.$ZodType, path: KeyPath): z.core.$ZodType | undefined {
  let at: z.core.$ZodType | undefined = schema;
  for (const step of path) at = at && childSchema(at, step);
  return at;
}

function shapeAt(schema: z.core.$ZodType, path: KeyPath): object {
  const def: object | undefined = schemaAt(schema, path)?._zod.def;
  return def !== undefined && 'shape' in def && typeof def.shape === 'object' && def.shape !== null
    ? def.shape
    : {};
}
