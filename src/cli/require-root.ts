import { findRoot } from './fast-path.ts';
import { say } from './print.ts';

/** The workspace of the current folder; undefined: there is none, which has been said. */
export function requireRoot(): string | undefined {
  const root = findRoot(process.cwd());
  if (root !== undefined) return root;
  say(`this is no workspace: neither ${process.cwd()} nor a folder above it has a recomp.toml`);
  say('`recomp init` makes one here');
  return undefined;
}
