import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, inject, it } from 'vitest';
import { retailPilot, SECRET } from '../support/retail-stand-ins.ts';
import { passingLoop, toyLoop } from '../support/toy-loop.ts';
import { createWorkspace } from '../support/workspace.ts';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const git = (cwd: string, ...words: string[]) =>
  execFileSync('git', ['-C', cwd, ...words], { stdio: 'ignore' });

/** Every file below a folder that holds these bytes, links not followed. */
const holding = (folder: string, bytes: string): string[] =>
  spawnSync('grep', ['-rlaF', bytes, folder], { encoding: 'utf8' })
    .stdout.split('\n')
    .filter((line) => line !== '');

describe('recomp automate', () => {
  it('goes through a loop, copies what [outputs] asks for, and does nothing twice', () => {
    const loop = passingLoop();
    const first = loop.automate(['--json']);
    expect(first.code, first.stderr).toBe(0);
    const outcome = JSON.parse(first.stdout);
    expect(outcome).toMatchObject({ state: 'succeeded', exit_code: 0, policy: { enforced: false } });
    expect(existsSync(outcome.validation_report)).toBe(true);
    expect(loop.read('out/build/program')).toBe(loop.read('recomp-out/build/program'));
    expect(loop.read('out/run-manifest.json')).toBe(loop.read('.recomp/runs/latest/run-manifest.json'));
    expect(loop.automate().code).toBe(0);
    expect(loop.ran()).toEqual([]);
    // What was copied is taken away when it is no longer made; what somebody else put there is not.
    loop.write('out/build/mine', 'kept');
    loop.edit('automation.toml', 'outs = ["program"]', 'outs = ["game"]');
    loop.automate();
    expect(readdirSync(join(loop.root, 'out/build')).sort()).toEqual(['.recomp-copied', 'game', 'mine']);
  });

  it('reads the reference before anything runs', () => {
    const loop = toyLoop();
    loop.write('reference/audio.hashes', `${loop.read('reference/audio.hashes')}zzz\n`);
    const list = loop.automate();
    expect(list).toMatchObject({ code: 2 });
    expect(list.stderr).toContain('reference/audio.hashes:2:1: not a hash');
    loop.edit('reference_video.toml', 'reference/frames.hashes', 'reference');
    const folder = loop.automate();
    expect(folder).toMatchObject({ code: 2 });
    expect(folder.stderr).toMatch(
      /reference_video\.toml:3:\d+: .*\/reference is a folder, and format = "list" names a file/,
    );
    // No stage has made anything.
    expect(readdirSync(join(loop.root, 'recomp-out'))).toEqual([]);
  });

  it('writes copies over nothing that is not one', () => {
    const loop = passingLoop();
    loop.write('copies/build/program', 'mine');
    const source = loop.read('make.mjs');
    loop.edit('automation.toml', 'work_root = "out"', 'work_root = "copies"\nrun_manifest = "make.mjs"');
    const { code, stderr } = loop.automate();
    expect(code, stderr).toBe(0);
    expect(stderr).toContain(
      'copies/build/program is no copy of an earlier run, and was not written over, nor',
    );
    expect(loop.read('copies/build/program')).toBe('mine');
    expect(loop.read('make.mjs')).toBe(source);
    expect(existsSync(join(loop.root, 'copies/lift/code.txt'))).toBe(true);
  });

  it('begins with what is lifted already in mode lifted', () => {
    const loop = toyLoop();
    loop.edit('automation.toml', 'mode = "xci"', 'mode = "lifted"\nmodule_json = "title.img"');
    loop.edit('automation.toml', /^(?:xci|keys|intake|lift) = .*\n/gm, '');
    loop.edit('automation.toml', /\[analysis\][\s\S]*?(?=\[reference\])/, '');
    expect(loop.automate().code).toBe(1);
    expect(loop.run(['validate', 'accept', '-c', 'automation.toml', '--yes'])).toMatchObject({ code: 0 });
    expect(loop.automate()).toMatchObject({ code: 0 });
    expect(loop.manifest().steps.map((step) => step.name)).toContain('//:archive');
  });

  it('takes the word of an input that says that it is proprietary', () => {
    const loop = passingLoop();
    loop.edit('provenance.toml', 'format = "other"', 'format = "other"\nproprietary = false');
    expect(loop.automate()).toMatchObject({ code: 0 });
    loop.edit('provenance.toml', 'proprietary = false', 'proprietary = true');
    execFileSync('git', ['init', '-q', loop.root]);
    const refused = loop.automate();
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain('title.img');
  });

  it('builds single stages like any other target', () => {
    const loop = toyLoop();
    expect(loop.run(['build', '//:lift']).code).toBe(0);
    expect(existsSync(join(loop.root, 'recomp-out/lift/code.txt'))).toBe(true);
    expect(existsSync(join(loop.root, 'recomp-out/build'))).toBe(false);
  });

  it('archives although the validation failed, and says so', () => {
    const loop = toyLoop();
    // One at a time, the archive is behind the verdict.
    const failed = loop.automate(['--json', '--jobs=1']);
    expect(failed.code).toBe(1);
    expect(JSON.parse(failed.stdout)).toMatchObject({ state: 'failed' });
    expect(loop.manifest().steps.map((s) => [s.name, s.status])).toContainEqual(['//:archive', 'succeeded']);
    expect(loop.manifest().steps.map((s) => [s.name, s.status])).toContainEqual(['//:validate', 'failed']);
    expect(existsSync(join(loop.root, 'recomp-out/validate/validation-report.json'))).toBe(true);
    const index = join(loop.root, 'index.json');
    expect(loop.run(['validate', 'artifacts', '-c', 'automation.toml', '--out', index]).code).toBe(0);
    expect(loop.run(['validate', 'artifacts', '--check', index]).code).toBe(0);
    loop.write('recomp-out/build/program', 'tampered');
    expect(loop.run(['validate', 'artifacts', '--check', index])).toMatchObject({ code: 1 });
    expect(
      spawnSync('sha256sum', ['-c', '--quiet', 'recomp-out/archive/SHA256SUMS'], { cwd: loop.root }).status,
    ).toBe(1);
  });

  it('keeps artifacts and logs of a stage that failed, and resumes the run when that is mended', () => {
    const loop = passingLoop();
    expect(loop.automate().stderr).toContain('validation report:');
    loop.edit(
      'make.mjs',
      "console.log('made ' + stage)",
      "console.log('made ' + stage); if (stage === 'build') process.exit(3)",
    );
    const broken = loop.automate();
    expect(broken.code).toBe(1);
    expect(broken.stderr).not.toContain('validation report:');
    const failed = loop.manifest();
    expect(failed.steps.find((s) => s.name === '//:lift')?.status).toBe('succeeded');
    const log = failed.steps.find((s) => s.name === '//:build')?.actions[0]?.stdout_path;
    expect(loop.read(`.recomp/runs/latest/${log}`)).toBe('made build\n');
    loop.edit('make.mjs', "; if (stage === 'build') process.exit(3)", '');
    const resumed = loop.automate(['--resume']);
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(loop.manifest().run_id).toBe(failed.run_id);
  });

  it('tries a failed command again as often as [loop] says', () => {
    const loop = toyLoop();
    loop.edit('automation.toml', /$/, '[loop]\nmax_retries = 2\n');
    loop.edit('make.mjs', "console.log('made ' + stage)", 'process.exit(1)');
    expect(loop.automate().code).toBe(1);
    expect(loop.manifest().steps.find((s) => s.name === '//:intake')?.stage_attempt).toBe(3);
  });

  it('stops a run that takes longer than [loop] allows', () => {
    const loop = toyLoop(20_000);
    loop.edit('automation.toml', /$/, '[loop]\nmax_runtime_minutes = 0.02\n');
    const stopped = loop.automate();
    expect(stopped).toMatchObject({ code: 1 });
    expect(stopped.stderr).toContain('loop.max_runtime_minutes is over');
  });

  it.each([
    [['automate'], 'recomp automate --config automation.toml'],
    [['automate', '--config', 'nothing/automation.toml'], 'there is no file'],
    [['automate', '--config', 'title.toml'], 'title.toml:1:1'],
    [['automate', '--config', 'automation.toml', '--resum'], 'did you mean --resume?'],
  ])('%j is refused with a way out', (words, message) => {
    const refused = toyLoop().run(words);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain(message);
  });

  it('says no more than why it was refused, and leaves what was copied, where nothing may run', () => {
    const loop = passingLoop();
    expect(loop.automate()).toMatchObject({ code: 0 });
    const env = { RECOMP_SANDBOX_KIND: 'staged' };
    for (const words of [['--sandbox=required'], ['--sandbox=required', '--resume', '--json']]) {
      const refused = loop.automate(words, { env });
      expect(refused.code).toBe(4);
      expect(refused.stderr).not.toContain('ENOENT');
      expect(existsSync(join(loop.root, 'out/lift/code.txt'))).toBe(true);
      if (words.length > 1)
        expect(JSON.parse(refused.stdout)).toMatchObject({ state: 'failed', stages: [], run_manifest: null });
    }
    expect(loop.run(['show']).stdout).toContain('it ended before anything was run');
    expect(loop.automate(['--resume'])).toMatchObject({ code: 0 });
  });

  it.each([
    ['a pipe', (at: string) => void spawnSync('mkfifo', [at]), 'is no plain file'],
    ['a link to itself', (at: string) => symlinkSync(at, at), 'is a link that leads back to itself'],
    ['a folder', (at: string) => void mkdirSync(at), 'is a folder'],
  ])('%s is no configuration, which is said', (_name, make, message) => {
    const loop = toyLoop();
    make(join(loop.root, 'odd.toml'));
    const refused = loop.run(['automate', '--config', 'odd.toml']);
    expect(refused.stderr).toContain(`odd.toml ${message}`);
    expect(refused.code).toBe(2);
    // Nor is it a provenance.
    loop.edit('automation.toml', '"provenance.toml"', '"odd.toml"');
    const inside = loop.automate();
    expect(inside.code).toBe(2);
    expect(inside.stderr).toMatch(/odd\.toml is (no plain file of this workspace|a link to something)/);
  });

  it.each([
    [
      'automation.toml',
      /^xci = .*$/m,
      'xci = "recomp-out/title.img"',
      'or a stage of this file that makes it',
    ],
    ['automation.toml', '"title.toml"', '":names"', 'paths of this file name files'],
    ['automation.toml', '"title.toml"', '"sub/x.toml"', 'write its absolute path'],
    [
      'automation.toml',
      '"title.toml"',
      '"/usr"',
      '/usr is a folder: outside of the workspace files are named',
    ],
    ['automation.toml', '"title.toml"', '"/no/such.toml"', 'this is needed, and not there:\n  /no/such.toml'],
  ])('in %s: %s as %s has a way out that the file knows', (file, from, to, message) => {
    const loop = toyLoop();
    loop.write('sub/BUILD.toml', '');
    loop.write('sub/x.toml', '');
    loop.edit(file, from, to);
    const { code, stderr } = loop.automate();
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('`deps`');
  });

  it('says what a timeline begins behind', () => {
    const loop = passingLoop();
    loop.edit('reference_video.toml', /$/, '[timeline]\nstart = 1000\n');
    const { code, stderr } = loop.automate();
    expect(code).toBe(1);
    expect(stderr).toContain(
      '[timeline] begins at 1000 s, which is frame 60000 at 60 a second, and the reference ends with frame 2',
    );
  });

  it('says which keys of [outputs] came to nothing', () => {
    const loop = passingLoop();
    loop.edit(
      'automation.toml',
      '[outputs]',
      '[outputs]\nlifted_module_json = "module.json"\nlift_dir = "lifted"',
    );
    const { code, stderr } = loop.automate();
    expect(code, stderr).toBe(0);
    expect(stderr).toContain(
      'note: nothing was copied for outputs.lifted_module_json: the stage made nothing',
    );
    expect(existsSync(join(loop.root, 'lifted/code.txt'))).toBe(true);
    loop.edit('provenance.toml', 'title_id = "homebrew"', 'title_id = "0100000000010000"');
    loop.run(['clean', '--proprietary']);
    const secret = loop.automate();
    expect(secret.stderr).toContain(
      'note: nothing was copied for outputs.lift_dir, outputs.lifted_module_json: what is made of proprietary inputs lies below work_root alone',
    );
  });

  it('takes a file of any name, and what it names outside of its folder', () => {
    const loop = passingLoop();
    mkdirSync(join(loop.root, '../outside'));
    writeFileSync(join(loop.root, '../outside/title.img'), loop.read('title.img'));
    loop.write('night.toml', loop.read('automation.toml').replace('"title.img"', '"../outside/title.img"'));
    loop.edit('night.toml', '"build", "$(out)"', '"build-2", "$(out)"');
    const night = (...words: string[]) => loop.run([...words, '--config', 'night.toml']);
    const first = night('automate');
    expect(first.code, first.stderr).toBe(1);
    expect(loop.manifest().steps.find((s) => s.name === '//:build')?.cache_hit).toBe(false);
    // Each goes on with its own runs, and its own answer.
    expect(loop.automate()).toMatchObject({ code: 0 });
    expect(night('validate', 'accept', '--yes')).toMatchObject({ code: 0 });
    expect(night('automate', '--resume').stderr).toContain('resuming run');
    expect(loop.automate().code).toBe(1);
    expect(night('automate')).toMatchObject({ code: 0 });
    expect(loop.run(['build', '//:validate', '//:archive']).code).toBe(1);
    expect(night('validate', 'artifacts', '--out', 'index.json')).toMatchObject({ code: 0 });
    // By itself it is a workspace, too.
    loop.remove('automation.toml');
    expect(night('automate')).toMatchObject({ code: 0 });
    expect(loop.ran()).toEqual([]);
  });

  it('writes copies through no link out of the workspace, and into no folder of somebody else’s', () => {
    const loop = passingLoop();
    const far = join(loop.root, '../far');
    mkdirSync(far);
    loop.remove('out');
    symlinkSync(far, join(loop.root, 'out'));
    const linked = loop.automate();
    expect(linked.code).toBe(2);
    expect(linked.stderr).toContain(
      `${loop.root}/out (outputs.work_root) is, or lies behind, a link to ${far}`,
    );
    // Builds make no copies.
    expect(loop.run(['build', '//:lift'])).toMatchObject({ code: 0 });
    loop.edit('automation.toml', 'work_root = "out"', `work_root = "${far}"`);
    writeFileSync(join(far, 'diary.txt'), 'mine');
    const taken = loop.automate();
    expect(taken.code).toBe(2);
    expect(taken.stderr).toContain(`${far} (outputs.work_root) holds files that no run has made`);
    expect(readdirSync(far)).toEqual(['diary.txt']);
    rmSync(join(far, 'diary.txt'));
    expect(loop.automate()).toMatchObject({ code: 0 });
    writeFileSync(join(far, 'notes.txt'), 'mine');
    expect(loop.automate()).toMatchObject({ code: 0 });
    expect(readdirSync(far)).toEqual(expect.arrayContaining(['build', 'notes.txt', 'run-manifest.json']));
  });

  it('tells of a file that is not there once', () => {
    const loop = toyLoop();
    loop.edit('automation.toml', '"input_script.toml"', '"script.toml"');
    const { code, stderr } = loop.automate();
    expect(code).toBe(2);
    expect(stderr).toContain('the file script.toml does not exist');
    expect(stderr).not.toContain('deps');
    expect(stderr.match(/^error/gm), stderr).toHaveLength(1);
    expect(stderr).toContain('one mistake in the workspace');
  });

  it('has failed, and was not interrupted, where no sandbox can be had', () => {
    const loop = toyLoop();
    const env = { RECOMP_SANDBOX_KIND: 'staged' };
    expect(loop.automate(['--sandbox=required'], { env }).code).toBe(4);
    const [run = ''] = readdirSync(join(loop.root, '.recomp/runs'));
    expect(JSON.parse(loop.read(`.recomp/runs/${run}/run-state.json`))).toMatchObject({
      state: 'failed',
      interrupted: false,
    });
  });

  it('points at a misspelt key', () => {
    const loop = toyLoop();
    loop.edit('automation.toml', 'keys =', 'kyes =');
    const { code, stderr } = loop.automate();
    expect(code).toBe(2);
    expect(stderr).toContain('automation.toml:6:1');
    expect(stderr).toContain('did you mean "keys"?');
    expect(existsSync(join(loop.root, '.recomp/runs'))).toBe(false);
  });

  it('does not let a stage and a target have one name', () => {
    const loop = toyLoop();
    loop.write(
      'BUILD.toml',
      '[[target]]\nname = "lift"\nrule = "command"\nouts = ["a"]\nshell = "echo > $OUT"\n',
    );
    const { code, stderr } = loop.run(['build', '//:lift']);
    expect(code).toBe(2);
    expect(stderr).toContain('has the stage //:lift');
    loop.edit('BUILD.toml', '"lift"', '"other"');
    expect(loop.run(['build', '//:lift', '//:other']).code).toBe(0);
  });
});

describe('inputs', () => {
  it.each([
    ['sha256 = "', 'sha256 = "0', /title\.img has sha256|expected a SHA-256/],
    ['format = "other"', 'format = "nro0"', /title\.img is no nro0: it has no "NRO0" at byte 16/],
    ['format = "other"', 'size = 3\nformat = "other"', /title\.img has 10 bytes, not 3/],
  ])('that are not what the provenance says stop everything: %s', (from, to, message) => {
    const loop = toyLoop();
    loop.edit('provenance.toml', from, to);
    const { code, stderr } = loop.automate();
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(existsSync(join(loop.root, 'recomp-out/intake'))).toBe(false);
  });

  it('are proprietary by their content, wherever the provenance says that they lie', () => {
    const loop = toyLoop();
    const far = createWorkspace();
    far.write('real.img', loop.read('title.img'));
    loop.edit('provenance.toml', 'path = "title.img"', `path = "${far.root}/real.img"\nproprietary = true`);
    loop.write('.gitignore', 'out/\n');
    git(loop.root, 'init', '-q');
    const refused = loop.automate();
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain(`${loop.root}/title.img`);
    expect(existsSync(join(loop.root, 'recomp-out/intake'))).toBe(false);
  });

  it('keep what other packages make of them below work_root too', () => {
    const loop = createWorkspace({ 'recomp.toml': '[workspace]\nname = "t"\n' });
    cpSync(toyLoop().root, join(loop.root, 'title'), { recursive: true });
    rmSync(join(loop.root, 'title/recomp.toml'), { force: true });
    const file = 'title/provenance.toml';
    loop.write(file, loop.read(file).replace('format = "other"', 'format = "other"\nproprietary = true'));
    loop.write(
      'other/BUILD.toml',
      '[[target]]\nname = "copy"\nrule = "command"\ndeps = ["//title:intake"]\nouts = ["copy"]\nshell = "cat $DEPS > $OUT"\n',
    );
    const { code, stderr } = loop.run(['build', '//other:copy']);
    expect(code, stderr).toBe(0);
    expect(existsSync(join(loop.root, 'title/out/recomp-out/other/copy'))).toBe(true);
    expect(readdirSync(join(loop.root, 'other'))).toEqual(['BUILD.toml']);
  });

  it('that are proprietary may not lie where git tracks them', () => {
    const loop = toyLoop();
    loop.edit('provenance.toml', 'title_id = "homebrew"', 'title_id = "0100000000010000"');
    git(loop.root, 'init', '-q');
    const refused = loop.automate();
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain(`${loop.root}/title.keys`);
    expect(refused.stderr).toContain(`${loop.root}/out`);
    expect(loop.run(['build', '//:intake']).code).toBe(3);
    loop.write('.gitignore', 'title.keys\nout/\n');
    expect(loop.automate().code).toBe(1);
    // An ignored file that was added all the same is tracked.
    git(loop.root, 'add', '-f', 'title.keys');
    expect(loop.automate()).toMatchObject({ code: 3 });
    git(loop.root, 'rm', '-q', '--cached', 'title.keys');
    const intake = () => loop.run(['build', '//:intake']).code;
    expect([intake(), intake()]).toEqual([0, 0]);
    // Nothing of the workspace has changed, and yet it must be looked at again.
    git(loop.root, 'add', '-f', 'title.keys');
    expect(intake()).toBe(3);
  });

  it('are looked at again when nothing changed but what git ignores', () => {
    const loop = toyLoop();
    loop.edit('provenance.toml', 'title_id = "homebrew"', 'title_id = "0100000000010000"');
    const intake = () => loop.run(['build', '//:intake']).code;
    // Before there is a repository, nothing is tracked.
    expect([intake(), intake()]).toEqual([0, 0]);
    git(loop.root, 'init', '-q');
    expect(intake()).toBe(3);
    loop.write('.gitignore', 'title.keys\nout/\n');
    expect([intake(), intake()]).toEqual([0, 0]);
    loop.write('.gitignore', 'out/\n');
    expect(intake()).toBe(3);
    loop.write('.git/info/exclude', 'title.keys\n');
    expect([intake(), intake()]).toEqual([0, 0]);
    loop.write('.git/info/exclude', '');
    expect(intake()).toBe(3);
  });
});

describe('the retail pilot', () => {
  it('ends at once without its files, with a list of what is needed', () => {
    const ws = createWorkspace();
    cpSync(join(REPOSITORY, 'samples/retail-pilot'), ws.root, { recursive: true });
    const { code, stderr } = ws.run(['automate', '--config', 'automation.toml']);
    expect(code).toBe(2);
    expect(stderr).toContain('this is needed, and not there:');
    for (const name of ['title.xci (title)', 'title.keys (keys)', 'tools/unpack-title', 'tools/record-title'])
      expect(stderr).toContain(`/srv/recomp-retail-pilot/${name}`);
    expect(existsSync(join(ws.root, '.recomp/runs'))).toBe(false);
  });

  it('runs with stand-ins, and leaves nothing of them in the workspace, the cache and the archive', () => {
    const ws = createWorkspace();
    const { far } = retailPilot(dirname(ws.root), ws.write);
    const automate = () => ws.run(['automate', '--config', 'automation.toml']);
    expect(automate().code).toBe(1);
    expect(ws.run(['validate', 'accept', '//:validate', '--yes']).code).toBe(0);
    const done = automate();
    expect(done.code, done.stderr).toBe(0);
    expect(holding(join(far, 'work'), SECRET).length).toBeGreaterThan(2);
    expect(holding(ws.root, SECRET)).toEqual([]);
    expect(holding(ws.cache, SECRET)).toEqual([]);
    expect(holding(join(far, 'work/recomp-out/archive'), SECRET)).toEqual([]);
    expect(holding(join(far, 'work/recomp-out/archive'), 'artifact://sha256:').length).toBeGreaterThan(0);
    const manifest = JSON.parse(ws.read('.recomp/runs/latest/run-manifest.json'));
    expect(manifest.policy).toMatchObject({ enforced: false });
    expect(manifest.policy.gates).toContainEqual(
      expect.objectContaining({ gate: 'requires_approval', verdict: 'would_block' }),
    );
    expect(automate().code).toBe(0);
  });
});

describe('samples/external', () => {
  it('goes through the loop with commands of its own, and names the frame that differs', () => {
    const ws = createWorkspace();
    cpSync(join(REPOSITORY, 'samples'), join(ws.root, 'samples'), { recursive: true });
    cpSync(join(REPOSITORY, 'recomp.toml'), join(ws.root, 'recomp.toml'));
    const automate = () => ws.run(['automate', '--config', 'samples/external/automation.toml']);
    const done = automate();
    expect(done.code, done.stderr).toBe(0);
    const lines = ws.read('samples/external/reference/frames.hashes').split('\n');
    lines[7] = lines[6] ?? '';
    ws.write('samples/external/reference/frames.hashes', lines.join('\n'));
    const failed = automate();
    expect(failed.code).toBe(1);
    expect(failed.stderr).toMatch(/frame 7\b/);
    expect(existsSync(join(ws.root, 'recomp-out/samples/external/archive/SHA256SUMS'))).toBe(true);
    expect(ws.run(['build', '//...', '--dry-run'])).toMatchObject({ code: 0 });
  });
});

describe('a first loop', () => {
  it('comes from nothing as docs/automation.md says', () => {
    const page = readFileSync(join(REPOSITORY, 'docs/automation.md'), 'utf8');
    const ws = createWorkspace();
    for (const [, path = '', text = ''] of page.matchAll(/<!-- file: (\S+) -->\n```toml\n([\s\S]*?)```/g))
      ws.write(path, text);
    cpSync(join(REPOSITORY, 'samples/first-light/first-light.nro'), join(ws.root, 'game.nro'));
    const script = /<!-- run: first-loop -->\n```sh\n([\s\S]*?)```/.exec(page)?.[1] ?? 'exit 9';
    const bin = join(ws.root, '../bin');
    mkdirSync(bin);
    symlinkSync(inject('recompBin'), join(bin, 'recomp'));
    const env = ws.environment({ PATH: `${bin}:${process.env['PATH']}` });
    const { status, stderr } = spawnSync('bash', ['-e', '-c', script], {
      cwd: ws.root,
      env,
      encoding: 'utf8',
    });
    expect(status, stderr).toBe(0);
    expect(ws.read('reference/frames.hashes').trimEnd().split('\n').length).toBeGreaterThan(60);
  });

  it('is told of all that it lacks at once, and what would be in it', () => {
    const ws = createWorkspace();
    cpSync(join(REPOSITORY, 'samples/automation.toml'), join(ws.root, 'automation.toml'));
    const { code, stderr } = ws.run(['automate', '--config', 'automation.toml']);
    expect(code).toBe(2);
    for (const name of ['provenance.toml', 'reference_video.toml', 'first-light.nro', 'input_script.toml'])
      expect(stderr.split(`the file ${name} does not exist`), name).toHaveLength(2);
    expect(stderr).toContain('as sha256sum prints it');
    expect(stderr).toContain('which may be empty until the first `recomp validate accept`');
    expect(existsSync(join(ws.root, '.recomp'))).toBe(false);
  });
});

describe('samples/automation.toml', () => {
  it('recompiles first-light when it lies in its folder, as it says', () => {
    const ws = createWorkspace();
    cpSync(join(REPOSITORY, 'samples/first-light'), ws.root, { recursive: true });
    mkdirSync(ws.root, { recursive: true });
    writeFileSync(
      join(ws.root, 'automation.toml'),
      readFileSync(join(REPOSITORY, 'samples/automation.toml')),
    );
    const { code, stderr } = ws.run(['automate', '--config', 'automation.toml']);
    expect(code, stderr).toBe(0);
  });

  it('shows nothing that is not there: with every remark taken as said, each key is known', async () => {
    const text = readFileSync(join(REPOSITORY, 'samples/automation.toml'), 'utf8').replace(
      /^# (?=[a-z_]+ = |\[)/gm,
      '',
    );
    const { parse } = await import('smol-toml');
    const { automationShape } = await import('../../src/automation/automation-shape.ts');
    const faults: string[] = [];
    automationShape.read(JSON.parse(JSON.stringify(parse(text))), [], (fault) => faults.push(fault.message));
    expect(faults).toEqual([]);
  });
});
