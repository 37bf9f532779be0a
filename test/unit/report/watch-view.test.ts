import { describe, expect, it } from 'vitest';
import { makeLabel } from '../../../src/model/label.ts';
import type { ActionRecord, Totals } from '../../../src/model/record.ts';
import type { WatchEvent } from '../../../src/report/watch-event.ts';
import { watchJson } from '../../../src/report/watch-json.ts';
import { createWatchView, type WatchView } from '../../../src/report/watch-view.ts';

const NOTHING: Totals = {
  total: 0,
  executed: 0,
  failed: 0,
  local_hits: 0,
  remote_hits: 0,
  up_to_date: 0,
  skipped: 0,
};

const id = `${makeLabel('a', 'b')}%command`;

const record = (more: Partial<ActionRecord>): ActionRecord => ({
  id,
  target: 0,
  mnemonic: 'Command',
  status: 'succeeded',
  outputs: [],
  attempts: 1,
  ...more,
});

const failed = record({
  status: 'failed',
  failure: { kind: 'exit', blame: 'input', exitCode: 3 },
  log: { stdout: Buffer.from('some\u001b[2Jthing\n'), stderr: Buffer.from('') },
});

const ran = record({
  source: 'executed',
  wallMs: 1234,
  why: [{ field: 'input a/x.txt', before: 'old', after: 'new' }],
});

const started = (round: number, changed: readonly string[]): WatchEvent => ({
  kind: 'round-started',
  round,
  cause: 'changed',
  changed,
});

const ended = (round: number, of: ActionRecord): Extract<WatchEvent, { kind: 'round-ended' }> => ({
  kind: 'round-ended',
  round,
  runId: `run-${round}`,
  state: of.status === 'failed' ? 'failed' : 'succeeded',
  totals: { ...NOTHING, total: 1, ...(of.status === 'failed' ? { failed: 1 } : { executed: 1 }) },
  records: [of],
  unfinished: of.status === 'failed' ? [id] : [],
  durationMs: 50,
});

function view(columns?: number): { view: WatchView; said: () => string } {
  let text = '';
  return {
    view: createWatchView({
      write: (more) => {
        text += more;
      },
      columns: () => columns,
      color: false,
      title: '//...',
      clock: () => '12:00:00',
    }),
    said: () => {
      const said = text;
      text = '';
      return said;
    },
  };
}

function round(to: WatchView, number: number, of: ActionRecord): void {
  to.show(started(number, ['a/x.txt']));
  to.show({ kind: 'action-ended', record: of });
  to.show(ended(number, of));
}

describe('the view of a session', () => {
  it('tells what ran in the order in which it began, and folds what it explains', () => {
    const { view: to, said } = view(40);
    const late = record({ ...ran, id: `${makeLabel('a', 'late')}%command`, startedMs: 20 });
    const early = record({ ...ran, id: `${makeLabel('a', 'early')}%command`, startedMs: 10 });
    to.show(started(1, ['a/x.txt']));
    to.show({ ...ended(1, late), records: [late, early] });
    expect(said()).toMatch(/ran \/\/a:early(.|\n)*ran \/\/a:late/);
    to.explain();
    const lines = said().split('\n');
    expect(lines.findIndex((line) => line.startsWith('//a:early'))).toBeLessThan(
      lines.findIndex((line) => line.startsWith('//a:late')),
    );
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(40);
  });

  it('says what changed, what ran, for how long and why', () => {
    const { view: one, said } = view();
    round(one, 2, ran);
    expect(said()).toBe(
      'round 2: a/x.txt changed\n  ran //a:b  1.23 s  a/x.txt changed from old to new\ngood  1 action: 1 ran (0.05 s, 12:00:00)\n',
    );
  });

  it('shows a new error in full, the same one again in a line, and none when it is mended', () => {
    const { view: one, said } = view();
    round(one, 1, failed);
    expect(said()).toContain('failed //a:b: exit code 3\n  | some\ufffd[2Jthing\n');
    round(one, 2, failed);
    const again = said();
    expect(again).not.toContain('thing');
    expect(again).toContain('broken //a:b: exit code 3 (since round 1)');
    one.explain();
    expect(said()).toContain('thing');
    round(one, 3, ran);
    expect(said()).not.toContain('broken');
    one.explain();
    expect(said()).toBe('//a:b ran, because\n  a/x.txt changed from old to new\n');
  });

  it('forgets what failed and is not declared any more', () => {
    const { view: one, said } = view();
    round(one, 1, failed);
    one.show(started(2, ['BUILD.toml']));
    one.show(ended(2, record({ id: '//a:other%command', source: 'executed' })));
    said();
    one.explain();
    expect(said()).not.toContain('exit code 3');
  });

  it('writes a page anew on a terminal only, with the keys there are', () => {
    const terminal = view(80);
    terminal.view.show(started(1, []));
    expect(terminal.said()).toContain('\u001b[H\u001b[2Jrecomp watch //...   r rebuild');
    const file = view();
    round(file.view, 1, ran);
    expect(file.said()).not.toContain('\u001b');
  });

  it('breaks long lines between words where the terminal ends, and not in a file', () => {
    const names = ['some/folder/one.txt', 'some/folder/two.txt', 'some/folder/three.txt', 'some/four.txt'];
    const terminal = view(60);
    terminal.view.show(started(3, names));
    expect(terminal.said().split('\n').slice(2)).toEqual([
      'round 3: some/folder/one.txt, some/folder/two.txt,',
      '    some/folder/three.txt, some/four.txt changed',
      '',
    ]);
    const file = view();
    file.view.show(started(3, names));
    expect(file.said().split('\n')).toHaveLength(2);
  });

  it('lets no file name steer the terminal', () => {
    const { view: one, said } = view();
    one.show(started(1, ['evil\u001b[2J']));
    expect(said()).not.toContain('\u001b');
  });
});

it('tells programs an event a line, numbered', () => {
  const lines: string[] = [];
  const show = watchJson((line) => lines.push(line));
  show(started(1, ['a']));
  show({ kind: 'action-ended', record: failed });
  show(ended(1, failed));
  const events = lines.map((line) => JSON.parse(line));
  expect(lines.every((line) => line.endsWith('\n') && line.indexOf('\n') === line.length - 1)).toBe(true);
  expect(events).toMatchObject([
    { seq: 1, type: 'recomp.watch.round.started', cause: 'changed', changed: ['a'] },
    { seq: 2, type: 'recomp.watch.action.completed', action: id, status: 'failed', failure: { exitCode: 3 } },
    { seq: 3, type: 'recomp.watch.round.completed', run_id: 'run-1', failed: 1, unfinished: [id] },
  ]);
});
