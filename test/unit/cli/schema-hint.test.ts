import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { schemaHint } from '../../../src/cli/init/schema-hint.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'recomp-hint-'));
  mkdirSync(join(root, 'ws/node_modules/recomp/schemas'), { recursive: true });
  mkdirSync(join(root, 'elsewhere'));
  for (const dir of ['ws/node_modules/recomp/schemas', 'elsewhere'])
    writeFileSync(join(root, dir, 'build.schema.json'), '{}');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const hint = (file: string, schemas: string): string =>
  schemaHint(join(root, 'ws'), file, 'build.schema.json', join(root, schemas));

it('names the schema by a relative path when recomp lies in the workspace', () => {
  expect(hint('BUILD.toml', 'ws/node_modules/recomp/schemas')).toBe(
    '#:schema ./node_modules/recomp/schemas/build.schema.json\n',
  );
  expect(hint('a/b/BUILD.toml', 'ws/node_modules/recomp/schemas')).toBe(
    '#:schema ../../node_modules/recomp/schemas/build.schema.json\n',
  );
});

it('says nothing that would be true on this machine alone', () => {
  expect(hint('BUILD.toml', 'elsewhere')).toBe('');
  expect(hint('BUILD.toml', 'missing')).toBe('');
});
