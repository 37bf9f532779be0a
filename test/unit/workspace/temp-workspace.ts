import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach } from 'vitest';
import { createNodeReader } from '../../../src/workspace/node-reader.ts';

const made: string[] = [];

/** A folder with these files, gone after the test. `{ link: … }` makes a link. */
export function tempWorkspace(files: Readonly<Record<string, string | { readonly link: string }>>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'recomp-workspace-')));
  made.push(root);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    if (typeof content === 'string') writeFileSync(join(root, path), content);
    else symlinkSync(content.link, join(root, path));
  }
  return root;
}

export const readerOf = (files: Parameters<typeof tempWorkspace>[0]) =>
  createNodeReader(tempWorkspace(files));

afterEach(() => {
  for (const root of made.splice(0)) rmSync(root, { recursive: true, force: true });
});
