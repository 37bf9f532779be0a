import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toyLoop } from '../support/toy-loop.ts';
import { createWorkspace, type TestWorkspace } from '../support/workspace.ts';

/** A loop in the package `title`, of an image that lies outside and is proprietary. */
function workspace(image: (ws: TestWorkspace) => string): TestWorkspace {
  const ws = createWorkspace({ 'recomp.toml': '[workspace]\nname = "t"\n' });
  const loop = toyLoop();
  cpSync(loop.root, join(ws.root, 'title'), { recursive: true });
  ws.remove('title/title.img');
  const far = join(ws.root, '../far');
  mkdirSync(far);
  writeFileSync(join(far, 'title.img'), loop.read('title.img'));
  const path = image(ws);
  ws.write(
    'title/provenance.toml',
    ws
      .read('title/provenance.toml')
      .replace('path = "title.img"', `path = "${path}"`)
      .replace('format = "other"', 'format = "other"\nproprietary = true'),
  );
  return ws;
}

const farImage = (ws: TestWorkspace): string => join(dirname(ws.root), 'far/title.img');

const copying = (source: string): string => `[[target]]
name = "copy"
rule = "command"
srcs = [${source}]
outs = ["copy"]
shell = "cat $SRCS > $OUT"

[[target]]
name = "again"
rule = "command"
deps = [":copy"]
outs = ["again"]
shell = "cat $DEPS > $OUT"
`;

const made = (ws: TestWorkspace, path: string): boolean => existsSync(join(ws.root, path));

describe('a proprietary input that a BUILD.toml names', () => {
  it('taints what another package makes of it, though no stage of its loop is built', () => {
    const ws = workspace(farImage);
    ws.write('other/BUILD.toml', copying(`{ external = "${farImage(ws)}" }`));
    const built = ws.run(['build', '//other:again']);
    expect(built.code, built.stderr).toBe(0);
    expect(ws.read('title/out/recomp-out/other/again')).toBe('the title\n');
    expect(made(ws, 'recomp-out/other')).toBe(false);
    const manifest = JSON.parse(ws.read('.recomp/runs/latest/run-manifest.json'));
    expect(manifest.artifacts).toMatchObject([{ path: 'recomp-out/other/again', tainted: true }]);
    // Not in the cache either: elsewhere nothing is known of it.
    ws.remove('title/out');
    expect(ws.run(['build', '//other:again']).stderr).toContain('2 actions: 2 executed');
    // Where git would take in what is made, nothing is.
    ws.write('.git/HEAD', 'ref: refs/heads/main\n');
    expect(ws.run(['build', '//other:again'])).toMatchObject({ code: 3 });
  });

  it('is noticed when its loop comes later, and no more when it is gone', () => {
    const ws = workspace(farImage);
    ws.write('other/BUILD.toml', copying(`{ external = "${farImage(ws)}" }`));
    const loop = ws.read('title/automation.toml');
    ws.remove('title/automation.toml');
    expect(ws.run(['build', '//other:copy'])).toMatchObject({ code: 0 });
    expect(made(ws, 'recomp-out/other/copy')).toBe(true);
    ws.write('title/automation.toml', loop);
    // What was made of it lies about: that has to go first.
    const asked = ws.run(['build', '//other:copy', '--dry-run']);
    expect(asked).toMatchObject({ code: 3 });
    expect(asked.stderr).toContain(`  ${farImage(ws)}\n`);
    expect(ws.run(['build', '//other:copy'])).toMatchObject({ code: 3 });
    expect(ws.run(['clean', '--proprietary'])).toMatchObject({ code: 0 });
    expect(ws.run(['build', '//other:copy', '--dry-run']).stdout).toContain('//other:copy');
    expect(ws.run(['build', '//other:copy'])).toMatchObject({ code: 0 });
    expect(made(ws, 'title/out/recomp-out/other/copy')).toBe(true);
    expect(made(ws, 'recomp-out/other/copy')).toBe(false);
    ws.remove('title/automation.toml');
    expect(ws.run(['build', '//other:copy'])).toMatchObject({ code: 0 });
    expect(made(ws, 'recomp-out/other/copy')).toBe(true);
  });

  it('stops everything where its loop’s provenance cannot be read', () => {
    const ws = workspace(farImage);
    ws.write('other/BUILD.toml', copying(`{ external = "${farImage(ws)}" }`));
    ws.write('title/provenance.toml', '[[inputs]]\npath = 3\n');
    const refused = ws.run(['build', '//other:copy']);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('title/provenance.toml:2');
    // What does not matter to it does not stop it.
    ws.write('other/BUILD.toml', copying('"BUILD.toml"'));
    expect(ws.run(['build', '//other:copy'])).toMatchObject({ code: 0 });
  });

  it.each(['title', 'title/deep'])('taints what the package %s makes of a file in its folder', (pkg) => {
    const inside = pkg === 'title' ? 'title.img' : 'deep/title.img';
    const ws = workspace(() => inside);
    mkdirSync(join(ws.root, pkg), { recursive: true });
    cpSync(farImage(ws), join(ws.root, pkg, 'title.img'));
    ws.write(`${pkg}/BUILD.toml`, copying('"title.img"'));
    const built = ws.run(['build', `//${pkg}:copy`]);
    expect(built.code, built.stderr).toBe(0);
    expect(made(ws, `title/out/recomp-out/${pkg}/copy`)).toBe(true);
    expect(made(ws, `recomp-out/${pkg}/copy`)).toBe(false);
    // Nor is its text remembered, to explain a change by it.
    const { stdout } = spawnSync('grep', ['-rlaF', 'the title', '.recomp', ws.cache], {
      cwd: ws.root,
      encoding: 'utf8',
    });
    expect(stdout).toBe('');
  });

  it('may not lie in a package that knows nothing of its loop', () => {
    const ws = workspace(() => '../images/title.img');
    ws.write('images/title.img', 'the title\n');
    ws.write('title/title.img', 'the title\n');
    const automate = () => ws.run(['automate', '--config', 'title/automation.toml']);
    expect(automate()).toMatchObject({ code: 1 });
    ws.write('images/BUILD.toml', copying('"title.img"'));
    const refused = automate();
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain(`${ws.root}/images/title.img (in the package //images, not //title)`);
  });

  it('is known by its content under another name, where its loop is known', () => {
    const ws = workspace(farImage);
    writeFileSync(join(ws.root, '../far/other.img'), 'the title\n');
    ws.write(
      'title/BUILD.toml',
      copying(`{ external = "${farImage(ws).replace('title.img', 'other.img')}" }`),
    );
    const refused = ws.run(['build', '//title:copy']);
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain(`far/other.img (the same as ${farImage(ws)})`);
    expect(made(ws, 'recomp-out/title')).toBe(false);
  });

  it.each([
    [
      'from outside',
      (ws: TestWorkspace) => `{ external = "${farImage(ws).replace('title.img', 'other.img')}" }`,
    ],
    ['of the package', () => '"other.img"'],
  ])('is known by its content in a build that has nothing to do with its loop: %s', (_name, source) => {
    const ws = workspace(farImage);
    writeFileSync(join(ws.root, '../far/other.img'), 'the title\n');
    ws.write('other/other.img', 'the title\n');
    ws.write('other/BUILD.toml', copying(source(ws)));
    const refused = ws.run(['build', '//other:again']);
    expect(refused.code, refused.stderr).toBe(3);
    expect(refused.stderr).toContain(`(the same as ${farImage(ws)})`);
    expect(made(ws, 'recomp-out/other')).toBe(false);
    expect(existsSync(join(ws.cache, 'cas'))).toBe(false);
    // And when the original is not on this machine, by the digest alone.
    rmSync(farImage(ws));
    expect(ws.run(['build', '//other:again'])).toMatchObject({ code: 3 });
  });

  it('is known by its content when a source becomes one', () => {
    const ws = workspace(farImage);
    ws.write('other/in.txt', 'harmless, and longer\n');
    ws.write('other/BUILD.toml', copying('"in.txt"'));
    expect(ws.run(['build', '//other:again'])).toMatchObject({ code: 0 });
    ws.write('other/in.txt', 'harmless\n');
    expect(ws.run(['build', '//other:again'])).toMatchObject({ code: 0 });
    ws.write('other/in.txt', 'the title\n');
    const refused = ws.run(['build', '//other:again']);
    expect(refused.code, refused.stderr).toBe(3);
    expect(refused.stderr).toContain('other/in.txt (the same as');
    expect(ws.read('recomp-out/other/again')).toBe('harmless\n');
    ws.write('other/in.txt', 'something\n');
    expect(ws.run(['build', '//other:again'])).toMatchObject({ code: 0 });
  });

  it('is noticed by builds of others when a provenance comes to name what they read', () => {
    const ws = workspace(farImage);
    ws.write('other/in.txt', 'only later a secret\n');
    ws.write('other/BUILD.toml', copying('"in.txt"'));
    expect(ws.run(['build', '//other:again'])).toMatchObject({ code: 0 });
    expect(ws.run(['build', '//other:again']).stderr).toContain('up to date');
    const sha256 = createHash('sha256').update('only later a secret\n').digest('hex');
    writeFileSync(join(ws.root, '../far/more.img'), 'only later a secret\n');
    ws.write(
      'title/provenance.toml',
      `${ws.read('title/provenance.toml')}\n[[inputs]]\npath = "${farImage(ws).replace('title.img', 'more.img')}"\nsha256 = "${sha256}"\nformat = "other"\nproprietary = true\n`,
    );
    const refused = ws.run(['build', '//other:again']);
    expect(refused.code, refused.stderr).toBe(3);
    expect(refused.stderr).toContain('recomp clean --proprietary');
  });

  it('costs a workspace without any one empty file', () => {
    const ws = createWorkspace({ 'recomp.toml': '[workspace]\nname = "t"\n' });
    ws.write('other/in.txt', 'a\n');
    ws.write('other/BUILD.toml', copying('"in.txt"'));
    expect(ws.run(['build', '//other:again'])).toMatchObject({ code: 0 });
    expect(ws.read('.recomp/proprietary')).toBe('');
    // Nor does the first look at it change what is said of other mistakes.
    ws.remove('.recomp');
    ws.write('other/BUILD.toml', copying('{ external = "/no/such/file" }'));
    expect(ws.run(['build', '//other:again'])).toMatchObject({ code: 1 });
  });
});
