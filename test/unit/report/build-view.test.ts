import { describe, expect, it } from 'vitest';
import type { ActionRecord } from '../../../src/model/record.ts';
import { createBuildView } from '../../../src/report/build-view.ts';

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
    columns: undefined,
    color: false,
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
        '  | … what came before, 5000 kB, is in .recomp/runs/latest/logs/~ca~25command.stdout\n' +
        '  | b\n  | c\n',
    );
  });

  it('does not send anybody to a log that is not kept', () => {
    expect(shown(failed({ log: log('a\nb\n', 10) }), 1)).toContain(
      '… what came before, 12 bytes, is not kept',
    );
  });
});
