import { existsSync } from 'node:fs';
import { isDead, lockOwner } from '../../journal/workspace-lock.ts';
import { type Finding, fine } from './finding.ts';

/** A command that seems to hang waits for another one, maybe one in a container or a forgotten terminal. */
export function checkLock(stateDir: string): Finding {
  const name = 'workspace lock';
  const file = `${stateDir}/lock`;
  if (!existsSync(file)) return fine(name, 'free');
  const owner = lockOwner(file);
  if (!owner) {
    const help = `if no other recomp runs here, remove ${file}`;
    return { name, state: 'warning', found: `${file} is there, and does not say whose it is`, help };
  }
  if (isDead(owner))
    return fine(name, `left by process ${owner.pid}, which has ended: the next build takes it over`);
  return {
    name,
    state: 'warning',
    found: `held by \`recomp ${owner.command}\`, process ${owner.pid}: builds wait until it ends`,
    help: `end it there, or with \`kill ${owner.pid}\``,
  };
}
