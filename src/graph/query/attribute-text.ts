import { canonicalJson, type Json } from '../../base/canonical-json.ts';
import type { DeclaredGraph } from '../declared-graph.ts';

/** What `attr()` looks into: a word as it is, a list as `[a, b]`, anything else as JSON. Absent: the target says nothing of it. */
export function attributeText(graph: DeclaredGraph, target: number, name: string): string | undefined {
  if (name === 'name') return graph.labels[target]?.replace(/^.*:/, '');
  if (name === 'rule') return graph.rules[graph.ruleOf[target] ?? 0]?.name;
  const { attributes } = graph.details(target);
  if (!Object.hasOwn(attributes, name)) return undefined;
  const value = attributes[name];
  return value === undefined ? undefined : textOf(value);
}

const textOf = (value: Json): string => {
  if (typeof value === 'string') return value;
  return isList(value) ? `[${value.map(textOf).join(', ')}]` : canonicalJson(value);
};

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
