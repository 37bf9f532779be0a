import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readSealed } from '../../journal/sealed-file.ts';
import { type BuildRequestKey, requestKey } from '../fast-path.ts';

/** For what a build was asked. */
export type AskedBuild = Pick<BuildRequestKey, 'here' | 'patterns'>;

type Env = Readonly<Record<string, string | undefined>>;

/** Earlier builds of a workspace of which something is kept that holds for a build as it would be now; the latest first. */
export function earlierBuilds(root: string, sandbox: string | undefined, env: Env): BuildRequestKey[] {
  const folder = `${root}/.recomp/state`;
  return namesIn(folder)
    .filter((name) => name.endsWith(SUFFIX))
    .map((name) => ({ name, time: timeOf(`${folder}/${name.slice(0, -SUFFIX.length)}.seen`) }))
    .sort((a, b) => b.time - a.time)
    .flatMap(({ name }) => {
      const asked = readAsked(`${folder}/${name}`);
      const request = asked && requestKey(root, join(root, asked.here), asked.patterns, sandbox, env);
      // Another tool path or sandbox, or another build of recomp: what it left holds for such builds alone.
      return request?.key === name.slice(0, -SUFFIX.length) ? [request] : [];
    });
}

const SUFFIX = '.asked';

function readAsked(file: string): AskedBuild | undefined {
  const text = readSealed(file);
  const value: unknown = text === undefined ? undefined : JSON.parse(text);
  return isAsked(value) ? value : undefined;
}

const isAsked = (value: unknown): value is AskedBuild =>
  typeof value === 'object' &&
  value !== null &&
  'here' in value &&
  typeof value.here === 'string' &&
  'patterns' in value &&
  Array.isArray(value.patterns) &&
  value.patterns.every((pattern) => typeof pattern === 'string');

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

const timeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
