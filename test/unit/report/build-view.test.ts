import { describe, expect, it } from 'vitest';
import type { ActionRecord } from '../../../src/model/record.ts';
import { createBuildView } from '../../../src/report/build-view.ts';
import { Screen } from '../../support/screen.ts';

const failed = (more: Partial<ActionRecord>): ActionRecord => ({
  id: '//:a%command',
  target: 0,
  mnemonic: 'Command',
  status: 'failed',
  outputs: [],
  attempts: 1,
  failure: { kind: 'exit', blame: 'input', exitCode: 3 },
  ...more,
});

function shown(record: ActionRecord, logLines?: number): string {
  let text = '';
  const view = createBuildView({
    write: (more) => {
      text += more;
    },
    size: undefined,
    color: false,
    unicode: true,
    now: () => 0,
    ...(logLines === undefined ? {} : { logLines }),
  });
  view.finished(failed(record));
  view.finish();
  return text;
}

const hash = '0'.repeat(64);
const stdout = { hash: hash as NonNullable<ActionRecord['stdout']>['hash'], size: 1 };
const log = (text: string, omitted = 0) => ({
  stdout: Buffer.from(text),
  stderr: new Uint8Array(),
  ...(omitted === 0 ? {} : { omitted: { stdout: omitted, stderr: 0 } }),
});

describe('a failed action’s log', () => {
  it('is shown whole where it is short', () => {
    expect(shown(failed({ log: log('a\nb\n'), stdout }))).toBe('failed //:a: exit code 3\n  | a\n  | b\n');
  });

  it('ends with its last lines, and tells how much came before and where that is', () => {
    expect(shown(failed({ log: log('a\nb\nc\n', 5_000_000), stdout }), 2)).toBe(
      'failed //:a: exit code 3\n' +
        '  | … what came before, 5.0 MB, is in .recomp/runs/latest/logs/~ca~25command.stdout\n' +
        '  | b\n  | c\n',
    );
  });

  it('does not send anybody to a log that is not kept', () => {
    expect(shown(failed({ log: log('a\nb\n', 10) }), 1)).toContain(
      '… what came before, 12 bytes, is not kept',
    );
  });
});

const succeeded = (id: string, source: 'executed' | 'local' = 'executed'): ActionRecord => ({
  id,
  target: 0,
  mnemonic: 'Command',
  status: 'succeeded',
  source,
  outputs: [],
  attempts: 1,
});

/** A view on a terminal of its own, and what it shows now. */
function onTerminal(columns: number, unicode = true) {
  const screen = new Screen(columns);
  let now = 0;
  const view = createBuildView({
    write: (text) => screen.write(text),
    size: () => ({ columns: screen.columns, rows: 24 }),
    color: false,
    unicode,
    now: () => now,
  });
  const pass = (ms: number): void => {
    now += ms;
  };
  return { view, screen, pass };
}

describe('on a terminal', () => {
  it.each([80, 200])('says what runs, since when and what is left, at %i columns', (columns) => {
    const { view, screen, pass } = onTerminal(columns);
    view.planned(5, 2);
    view.started('//p:slow%command', 'Command', 'x'.repeat(300));
    pass(75_000);
    view.started('//p:quick%command', 'Command', 'recomp-out/p/quick');
    view.finished(succeeded('//p:hit%command', 'local'));
    pass(200);
    view.finished(succeeded('//p:quick%command'));
    const [status, slow, ...rest] = screen.lines;
    expect(status).toBe('[2/5+] 1 running, 1 ran, 1 cached, 1:15, more to come from 2 folders');
    expect(slow).toMatch(/^ {4}75\.2 s {2}\/\/p:slow {2}x+…$/);
    expect(slow).toHaveLength(columns - 1);
    expect(rest).toEqual([]);
    view.finish();
    expect(screen.lines).toEqual(['']);
  });

  it('shows what an action elsewhere printed last, and nothing that would move the cursor', () => {
    const { view, screen, pass } = onTerminal(80);
    view.planned(1, 0);
    view.started('//p:far%command', 'Command', 'recomp-out/p/far');
    view.said?.('//p:far%command', 'step 1');
    view.said?.('//p:far%command', '\u001b[2Jstep 2');
    pass(75_000);
    view.started('//p:quick%command', 'Command', 'recomp-out/p/quick');
    expect(screen.lines[1]).toMatch(/^ {4}75\.\d s {2}\/\/p:far {2}\| .*step 2$/);
  });

  it('tells a failure at once and again at the end, if something came in between', () => {
    const { view, screen } = onTerminal(80);
    view.planned(3, 0);
    view.finished(failed({ log: log('why\n'), stdout }));
    view.retried('//:b%command', 2, 'exit code 1');
    view.finish();
    expect(screen.lines.filter((line) => line === 'failed //:a: exit code 3')).toHaveLength(2);
    expect(screen.lines.filter((line) => line === '  | why')).toHaveLength(2);
    const { view: short, screen: small } = onTerminal(80);
    short.planned(3, 0);
    short.finished(failed({ log: log('why\n'), stdout }));
    short.finish();
    expect(small.lines.filter((line) => line === '  | why')).toHaveLength(1);
  });

  it('names what it is ending when it is to stop', () => {
    const { view, screen, pass } = onTerminal(80);
    view.planned(9, 0);
    for (const name of ['a', 'b', 'c', 'd', 'e']) view.started(`//:${name}%command`, 'Command', '');
    pass(1500);
    view.stopping();
    view.finish();
    // Broken between words, not where the terminal ends.
    expect(screen.lines.slice(0, 2)).toEqual([
      'recomp: stopping: ending //:a (1.50 s), //:b (1.50 s), //:c (1.50 s) and 2 more',
      '    (again to stop at once)',
    ]);
  });

  it('keeps to ASCII where more cannot be shown', () => {
    const { view, screen, pass } = onTerminal(40, false);
    view.planned(1, 0);
    view.started('//p:slow%command', 'Command', 'x'.repeat(300));
    pass(5_000);
    view.finished(failed({ log: log('a\nb\n', 10), stdout }));
    expect(screen.lines.join('')).toMatch(/^[\u0020-\u007e]+$/);
    view.finish();
  });
});

describe('where lines are not drawn over', () => {
  it('writes a line for each action that ran, and how many may still come', () => {
    let text = '';
    const view = createBuildView({
      write: (more) => {
        text += more;
      },
      size: undefined,
      color: false,
      unicode: true,
      now: () => 0,
    });
    view.planned(2, 1);
    view.finished(succeeded('//p:a%command'));
    view.planned(3, -1);
    view.finished(succeeded('//p:b%command', 'local'));
    view.finished(succeeded('//p:c%command'));
    view.finish();
    expect(text).toBe('[1/2+] //p:a\n[3/5] //p:c\n');
  });
});
