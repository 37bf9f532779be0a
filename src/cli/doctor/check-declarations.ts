import { relative } from 'node:path';
import { openDeclared } from '../query/open-declared.ts';
import { type Finding, fine } from './finding.ts';

/** What the BUILD.toml files say, as `recomp query` reads them: nothing is run. */
export async function checkDeclarations(root: string): Promise<Finding> {
  const name = 'targets';
  const { labels, packages, faults } = await openDeclared(root);
  const errors = faults.flatMap(({ pkg, diagnostic }) =>
    pkg !== undefined && diagnostic.severity === 'error' ? [diagnostic] : [],
  );
  const [first] = errors;
  if (first) {
    const at = first.span && `${first.span.file}:${first.span.line}:${first.span.column}: `;
    const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
    return {
      name,
      state: 'broken',
      blame: 'workspace',
      found: `${at ?? ''}${first.message}${more}`,
      help: '`recomp build //... --dry-run` shows every mistake with its line',
    };
  }
  if (labels.length === 0) {
    const here = relative(process.cwd(), root) || '.';
    return {
      name,
      state: 'warning',
      found: `no folder below ${here} has a BUILD.toml with a target in it`,
      help: 'the name is written in capitals; `recomp init` writes a first one',
    };
  }
  return fine(name, `${count(labels.length, 'target')} in ${count(packages.length, 'package')}`);
}

const count = (n: number, what: string): string => (n === 1 ? `1 ${what}` : `${n} ${what}s`);
