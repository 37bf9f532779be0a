import { nearest } from '../../base/nearest.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { type Label, labelName, labelPackage } from '../../model/label.ts';
import { type Pattern, parsePattern } from '../../workspace/label-syntax.ts';
import { type DeclaredGraph, indexOfLabel } from '../declared-graph.ts';
import type { Word } from './parse.ts';
import type { QueryFault } from './tokens.ts';

/** The pattern that a word stands for; `:*` and `...:all` are other spellings that hands have learnt elsewhere. */
export function patternOf({ text, at }: Word, here: string): Result<Pattern, QueryFault> {
  const plain = text.replace(/\.\.\.:(?:all|\*)$/, '...').replace(/:\*$/, ':all');
  const pattern = parsePattern(plain, here);
  if (!pattern.ok) return err({ code: 'bad-pattern', message: pattern.error, at });
  if (!pattern.value.negative) return ok(pattern.value);
  const help = 'leave something out with an operator: //... - //a/...';
  return err({ code: 'bad-pattern', message: 'a pattern here has no `-` before it', at, help });
}

/** The targets that a pattern names; of one that names none, why. */
export function targetsOf(
  graph: DeclaredGraph,
  pattern: Pattern,
  { text, at }: Word,
): Result<readonly number[], QueryFault> {
  if (pattern.kind === 'target') {
    const index = indexOfLabel(graph, pattern.label);
    return index === undefined ? err(noSuchTarget(graph, pattern.label, at)) : ok([index]);
  }
  const wanted = graph.packages.map((pkg) => inPattern(pattern, pkg));
  const found: number[] = [];
  for (let i = 0; i < graph.labels.length; i++) if (wanted[graph.packageOf[i] ?? 0]) found.push(i);
  if (found.length > 0) return ok(found);
  const where = pattern.kind === 'below' ? `below //${pattern.pkg}` : `in //${pattern.pkg}`;
  const help = packageHelp(graph, pattern.pkg);
  return err({ code: 'no-targets', message: `${text}: there are no targets ${where}`, at, ...help });
}

/** Whether a pattern speaks of a package, whatever is in it. */
export function inPattern(pattern: Pattern, pkg: string): boolean {
  if (pattern.kind === 'target') return labelPackage(pattern.label) === pkg;
  if (pattern.kind === 'package' || pattern.pkg === pkg) return pattern.pkg === pkg;
  return pattern.pkg === '' || pkg.startsWith(`${pattern.pkg}/`);
}

function noSuchTarget(graph: DeclaredGraph, label: Label, at: QueryFault['at']): QueryFault {
  const pkg = labelPackage(label);
  const code = 'no-such-target';
  const pkgIndex = graph.packages.indexOf(pkg);
  if (pkgIndex < 0) return { code, message: `there is no package //${pkg}`, at, ...packageHelp(graph, pkg) };
  const names = graph.labels.filter((_, i) => graph.packageOf[i] === pkgIndex).map(labelName);
  const near = nearest(labelName(label), names);
  const help =
    near === undefined
      ? `its targets are ${names.slice(0, MANY).join(', ') || 'none'}${names.length > MANY ? ', …' : ''}`
      : `did you mean //${pkg}:${near}?`;
  return { code, message: `//${pkg} has no target "${labelName(label)}"`, at, help };
}

const MANY = 12;

function packageHelp(graph: DeclaredGraph, pkg: string): { help?: string } {
  const below = pkg === '' ? undefined : graph.packages.find((other) => other.endsWith(`/${pkg}`));
  const near = below ?? nearest(pkg, graph.packages);
  if (near !== undefined && near !== pkg) return { help: `did you mean //${near}?` };
  return { help: 'a package is a folder with a BUILD.toml' };
}
