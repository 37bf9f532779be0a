import type { Result } from '../base/result.ts';
import { err, ok } from '../base/result.ts';

const MAX_ALTERNATIVES = 64;
const MAX_DEPTH = 4;

/** `a.{c,h}` → `a.c`, `a.h`. Bounded: a few pairs in a row would otherwise multiply without end. */
export function expandBraces(text: string, depth = 0): Result<readonly string[], string> {
  const open = text.indexOf('{');
  if (open < 0) return text.includes('}') ? err('`}` without its `{`') : ok([text]);
  if (text.slice(0, open).includes('}')) return err('`}` without its `{`');
  if (depth > MAX_ALTERNATIVES) return err(`\`{…}\` gives more than ${MAX_ALTERNATIVES} alternatives`);
  const group = splitGroup(text, open);
  if (!group.ok) return group;
  // Counted before equal ones are dropped: `{a,a}{a,a}…` must not cost more than it says.
  const all: string[] = [];
  for (const choice of group.value.choices) {
    const expanded = expandBraces(text.slice(0, open) + choice + group.value.rest, depth + 1);
    if (!expanded.ok) return expanded;
    all.push(...expanded.value);
    if (all.length > MAX_ALTERNATIVES) return err(`\`{…}\` gives more than ${MAX_ALTERNATIVES} alternatives`);
  }
  return ok(depth === 0 ? [...new Set(all)] : all);
}

function splitGroup(
  text: string,
  open: number,
): Result<{ choices: readonly string[]; rest: string }, string> {
  const choices: string[] = [];
  let level = 0;
  let from = open + 1;
  for (let i = open; i < text.length; i++) {
    const c = text[i];
    if (c === '{' && ++level > MAX_DEPTH) return err(`\`{…}\` are nested deeper than ${MAX_DEPTH}`);
    const ends = c === '}' && --level === 0;
    if (!ends && !(c === ',' && level === 1)) continue;
    choices.push(text.slice(from, i));
    from = i + 1;
    if (ends) return ok({ choices, rest: text.slice(i + 1) });
  }
  return err('`{` without its `}`');
}
