import { appendFileSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { err, ok, type Result } from '../../base/result.ts';
import type { NewFile } from './first-workspace.ts';

export interface InitFault {
  readonly message: string;
  readonly help?: string;
  readonly exitCode: 2 | 4;
}

const IGNORED = ['recomp-out/', '.recomp/'] as const;

/** Nothing that is there is touched, but for lines added to a `.gitignore`. The value: what was written, for people. */
export function writeFirstWorkspace(
  folder: string,
  files: readonly NewFile[],
): Result<readonly string[], InitFault> {
  const inTheWay = findInTheWay(folder, files);
  if (inTheWay.length > 0) return err(alreadyThere(folder, inTheWay));
  try {
    mkdirSync(folder, { recursive: true });
    for (const { path, text } of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text, { flag: 'wx' });
    }
    return ok([...files.map((file) => file.path), ...ignoreOutputs(folder)]);
  } catch (error) {
    return err({
      message: `the workspace cannot be written: ${error instanceof Error ? error.message : String(error)}`,
      exitCode: 4,
    });
  }
}

/** A folder of the example counts too: what is in it would become part of the example. */
function findInTheWay(folder: string, files: readonly NewFile[]): string[] {
  const places = new Set(
    files.map(({ path }) => (path.includes('/') ? `${path.slice(0, path.indexOf('/'))}/` : path)),
  );
  return [...places].filter((place) => isThere(join(folder, place.replace(/\/$/, ''))));
}

/** Links that lead nowhere are there as well. */
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

function alreadyThere(folder: string, found: readonly string[]): InitFault {
  const message = `${folder} has ${found.join(' and ')} already; nothing was written`;
  if (found.includes('recomp.toml'))
    return { message, help: 'it is a workspace: `recomp build //...` builds it', exitCode: 2 };
  return { message, help: '`recomp init --no-example` writes recomp.toml and .gitignore only', exitCode: 2 };
}

function ignoreOutputs(folder: string): string[] {
  const file = join(folder, '.gitignore');
  const stat = lstatSync(file, { throwIfNoEntry: false });
  if (stat === undefined) {
    writeFileSync(file, `${IGNORED.join('\n')}\n`, { flag: 'wx' });
    return ['.gitignore'];
  }
  if (!stat.isFile()) return [`.gitignore is no plain file: add ${IGNORED.join(' and ')} to it yourself`];
  const text = readFileSync(file, 'utf8');
  const there = new Set(
    text.split(/\r?\n/).map((line) => line.trim().replace(/^\//, '').replace(/\/?$/, '/')),
  );
  const missing = IGNORED.filter((line) => !there.has(line));
  if (missing.length === 0) return [];
  appendFileSync(file, `${text === '' || text.endsWith('\n') ? '' : '\n'}${missing.join('\n')}\n`);
  return ['.gitignore (added to)'];
}
