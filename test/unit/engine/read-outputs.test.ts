import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readOutputs } from '../../../src/engine/read-outputs.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'recomp-read-'));
  mkdirSync(`${root}/out/deep`, { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const read = () => readOutputs(root, [{ path: 'out', tree: true }]);

describe('names in an output folder', () => {
  it('that are not UTF-8 are the action’s mistake, and are told', () => {
    writeFileSync(Buffer.concat([Buffer.from(`${root}/out/deep/a`), Buffer.from([0xff, 0x62])]), '');
    expect(read()).toEqual({
      ok: false,
      failure: {
        kind: 'bad-output',
        blame: 'input',
        path: 'out',
        problem: 'holds a name that is not UTF-8: a\\xffb',
      },
    });
  });

  it('may have the character that stands for what is not', () => {
    writeFileSync(`${root}/out/a\ufffdb`, '');
    expect(read()).toMatchObject({
      ok: true,
      outputs: [{ output: { content: { files: [{ path: 'a\ufffdb' }] } } }],
    });
  });
});
