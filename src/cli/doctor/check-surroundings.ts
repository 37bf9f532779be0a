import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gitTracks } from '../automate/git-tracks.ts';
import { type Finding, fine } from './finding.ts';

/** What is made must not be taken for a source by git, whose next commit would hold it. */
export function checkGit(root: string): Finding[] {
  if (!insideGit(root)) return [];
  const name = 'git ignores outputs';
  // A rule for folders does not speak of one that is not there: a file in it is asked about.
  const taken = ['recomp-out', '.recomp'].filter((folder) => gitTracks(join(root, folder, 'made')));
  if (taken.length === 0) return [fine(name, 'recomp-out and .recomp')];
  const help = `${root}/.gitignore should hold the lines ${taken.map((folder) => `/${folder}/`).join(' and ')}`;
  return [{ name, state: 'warning', found: `git would take in ${taken.join(' and ')}`, help }];
}

const insideGit = (folder: string): boolean =>
  existsSync(join(folder, '.git')) || (dirname(folder) !== folder && insideGit(dirname(folder)));

/** A workspace within a workspace: patterns and labels end at its border, which surprises. */
export function checkNesting(root: string): Finding[] {
  const outer = workspaceAround(dirname(root));
  if (outer === undefined) return [];
  return [
    {
      name: 'nesting',
      state: 'warning',
      found: `this workspace lies inside of ${outer}: neither sees the other’s targets`,
      help: `remove ${join(root, 'recomp.toml')} if they should be one`,
    },
  ];
}

function workspaceAround(folder: string): string | undefined {
  if (existsSync(join(folder, 'recomp.toml'))) return folder;
  return dirname(folder) === folder ? undefined : workspaceAround(dirname(folder));
}

/** Clocks of file servers and containers go their own way. */
const MOST_APART = 2000;

/** Files from the future are never trusted to be unchanged: they are read again by each build. */
export function checkClock(root: string, now: () => number = Date.now): Finding {
  const name = 'clock';
  const folder = mkdtempSync(join(root, '.recomp-doctor-'));
  try {
    const before = now();
    writeFileSync(join(folder, 'now'), '');
    const apart = Math.round(statSync(join(folder, 'now')).mtimeMs - before);
    if (Math.abs(apart) <= MOST_APART) return fine(name, 'this machine and its disk agree');
    const found = `the disk’s clock is ${(Math.abs(apart) / 1000).toFixed(0)} s ${apart > 0 ? 'ahead of' : 'behind'} this machine’s`;
    return {
      name,
      state: 'warning',
      found,
      help: 'set both by the network (NTP): until then builds read files more often',
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
