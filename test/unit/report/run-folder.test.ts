import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newRunId, writeRun } from '../../../src/report/run-folder.ts';

let state: string;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'recomp-run-'));
});
afterEach(() => rmSync(state, { recursive: true, force: true }));

const id = newRunId(new Date('2026-01-02T03:04:05.678Z'));
const files = { manifest: ['{"a":', Buffer.from('1}')], events: ['{}', '{}'], stamp: {}, logs: [] };
const read = (name: string): string => readFileSync(`${state}/runs/${id}/${name}`, 'utf8');

describe("a run's folder", () => {
  it('is named by its time', () => expect(id).toMatch(/^20260102-030405-678[0-9a-f]{7}$/));

  it('is there whole, and is the latest', () => {
    writeRun(state, id, { ...files, state: '{"state":"succeeded"}' });
    expect(read('run-manifest.json')).toBe('{"a":1}');
    expect(read('events.jsonl')).toBe('{}\n{}\n');
    expect(readdirSync(`${state}/runs/${id}`).sort()).toEqual([
      'events.jsonl',
      'logs',
      'run-manifest.json',
      'run-state.json',
      'stamp.json',
    ]);
    expect(readlinkSync(`${state}/runs/latest`)).toBe(id);
  });

  it('that was begun before gets its files, and keeps nothing unfinished', () => {
    mkdirSync(`${state}/runs/${id}`, { recursive: true });
    writeFileSync(`${state}/runs/${id}/run-state.json`, '{"state":"running"}');
    writeFileSync(`${state}/log`, 'said');
    writeRun(state, id, {
      ...files,
      state: '{"state":"succeeded"}',
      logs: [['logs/x.stdout', `${state}/log`]],
    });
    expect(read('run-state.json')).toBe('{"state":"succeeded"}');
    expect(read('logs/x.stdout')).toBe('said');
    expect(readdirSync(`${state}/runs/${id}`).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('that is taken up again has the logs of this attempt, and none of the last one', () => {
    writeFileSync(`${state}/first`, 'boom');
    writeFileSync(`${state}/second`, 'well');
    const gone = ['logs/gone.log', `${state}/first`] as const;
    writeRun(state, id, { ...files, logs: [['logs/x.log', `${state}/first`], gone] });
    writeRun(state, id, { ...files, logs: [['logs/x.log', `${state}/second`]] });
    expect(read('logs/x.log')).toBe('well');
    expect(readdirSync(`${state}/runs/${id}/logs`)).toEqual(['x.log']);
    expect(readFileSync(`${state}/first`, 'utf8')).toBe('boom');
  });

  it('is not half there when it cannot be written', () => {
    const logs = [['logs/no-such-folder/x', `${state}/log`]] as const;
    writeFileSync(`${state}/log`, '');
    expect(() => writeRun(state, id, { ...files, logs })).toThrow(/ENOENT/);
    expect(existsSync(`${state}/runs/${id}`)).toBe(false);
    expect(readdirSync(`${state}/runs`)).toEqual([]);
  });
});
