import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { wholeRunManifest } from '../../src/model/schema/run-manifest.ts';
import { copyOf, type ToyLoop, toyLoop } from '../support/toy-loop.ts';

const WHY = 'needs the display';

/** A capture that shows what only the user's session has, and a file that no action could see. */
const RECORD = `import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
const [program, frames, audio, outside] = process.argv.slice(2);
mkdirSync(frames, { recursive: true });
writeFileSync(frames + '/0', process.env.DISPLAY + ' ' + process.env.SECRET + ' ' + existsSync(outside));
writeFileSync(audio, readFileSync(program));
`;

function displayLoop(): ToyLoop {
  const loop = toyLoop();
  const outside = join(dirname(loop.root), 'outside.txt');
  writeFileSync(outside, 'of the machine');
  loop.write('record.mjs', RECORD);
  loop.edit(
    'automation.toml',
    /^run = .*$/m,
    `run = { argv = ["node", "record.mjs", "$(program)", "$(frames)", "$(audio)", "${outside}"], local = "${WHY}" }`,
  );
  return loop;
}

const session = { env: { DISPLAY: ':7', SECRET: 'x' } };
const capture = (loop: ToyLoop, ...words: string[]) => loop.run(['build', '//:capture', ...words], session);
const stepOf = (loop: ToyLoop) =>
  wholeRunManifest
    .parse(JSON.parse(loop.read('.recomp/runs/latest/run-manifest.json')))
    .steps.find((step) => step.name === '//:capture');

describe('a capture that says why it cannot be shut in', () => {
  it('runs in the user’s session, and the manifest says so', () => {
    const loop = displayLoop();
    const { code, stderr } = capture(loop);
    expect(code, stderr).toBe(0);
    expect(loop.read('recomp-out/capture/frames/0')).toBe(':7 undefined true');
    expect(stderr).toContain(`//:capture%run is not isolated: ${WHY}`);
    const actions = stepOf(loop)?.actions ?? [];
    expect(actions.find((action) => action.id === 'run')).toMatchObject({ not_isolated: WHY });
    expect(actions.find((action) => action.id === 'hash')?.not_isolated).toBeUndefined();
  });

  it('is not run again here, and never taken from a cache elsewhere', () => {
    const loop = displayLoop();
    expect(capture(loop).code).toBe(0);
    expect(capture(loop).stderr).toContain('up to date');
    loop.write('recomp-out/build/program', 'touched');
    expect(capture(loop).code).toBe(0);
    expect(stepOf(loop)?.actions.find((action) => action.id === 'run')?.source).toBe('journal');
    // Another checkout, same cache: everything else is there already.
    const other = copyOf(loop);
    for (const name of ['.recomp', 'recomp-out']) other.remove(name);
    expect(capture(other).code).toBe(0);
    const sources = Object.fromEntries((stepOf(other)?.actions ?? []).map((a) => [a.id, a.source]));
    expect(sources).toEqual({ run: 'executed', hash: 'local' });
  });

  it('is refused where a sandbox is required, whether or not it ran before', () => {
    const loop = displayLoop();
    for (const _ of ['not yet', 'before']) {
      const refused = capture(loop, '--sandbox=required');
      expect(refused.code, refused.stderr).toBe(4);
      expect(refused.stderr).toContain(`it cannot be shut in (${WHY}), and a sandbox is required`);
      expect(capture(loop).code).toBe(0);
    }
  });

  it('is shut in, and runs anew, once it no longer says why not', () => {
    const loop = displayLoop();
    expect(capture(loop).code).toBe(0);
    loop.edit('automation.toml', `, local = "${WHY}"`, '');
    expect(capture(loop).code).toBe(0);
    expect(loop.read('recomp-out/capture/frames/0')).toBe('undefined undefined false');
    expect(stepOf(loop)?.actions.find((a) => a.id === 'run')).toMatchObject({ source: 'executed' });
  });

  it('leaves nothing behind where it ran', () => {
    const loop = displayLoop();
    expect(
      loop.run(['build', '//:capture'], { env: { ...session.env, RECOMP_SANDBOX_ON_DISK: '1' } }).code,
    ).toBe(0);
    const slots = join(loop.root, '.recomp/state/sandbox');
    expect(existsSync(slots) ? readdirSync(slots) : []).toEqual([]);
  });
});
