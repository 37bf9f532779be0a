import { chmodSync, cpSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Random } from '../rig/random.ts';
import { createWorkspace, type TestWorkspace } from '../support/workspace.ts';

/** Everything that a change can be made to; written out anew after each. */
interface Spec {
  shell: string;
  argv: string[];
  env: Record<string, string>;
  deps: string[];
  srcs: string[];
  outs: string[];
  tools: string[];
  timeout: number;
  network: boolean;
  os: string;
  base: string;
  toolVersion: string;
  toolBody: number;
}

const fresh = (): Spec => ({
  shell: 'cat $SRCS > $TO; ls $DEPS >> $TO',
  argv: ['cp', '-f', '--', 'p/s0.txt', 'recomp-out/p/copy.txt'],
  env: { MODE: 'one', TO: 'recomp-out/p/o.txt' },
  deps: [':lib', ':other'],
  srcs: ['s0.txt', 's1.txt', '{ glob = "g/*.txt" }'],
  outs: ['o.txt'],
  tools: ['tool'],
  timeout: 60,
  network: false,
  os: 'any',
  base: '',
  toolVersion: '1.0',
  toolBody: 0,
});

class Scene {
  spec = fresh();
  readonly random: Random;
  readonly workspace: TestWorkspace;
  #fresh = 0;

  constructor(seed: number) {
    this.random = new Random(seed);
    const files = ['s0', 's1', 's2', 'g/0', 'g/1', 'lib', 'other', 'data/0', 'data/1'];
    this.workspace = createWorkspace(
      Object.fromEntries(files.map((name) => [`p/${name}.txt`, `${name}\n${'line\n'.repeat(5)}`])),
    );
    mkdirSync(this.bin);
    this.write();
  }

  get bin(): string {
    return join(this.workspace.root, '../bin');
  }

  /** A word that was never there before. */
  word(): string {
    return `w${this.#fresh++}x${this.random.below(1000)}`;
  }

  write(): void {
    const { spec, workspace } = this;
    const list = (items: readonly string[]): string =>
      `[${items.map((item) => (item.startsWith('{') ? item : JSON.stringify(item))).join(', ')}]`;
    const env = Object.entries(spec.env).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
    workspace.write(
      'p/BUILD.toml',
      `[[target]]
name = "t"
rule = "command"
srcs = ${list(spec.srcs)}
deps = ${list(spec.deps)}
outs = ${list(spec.outs)}
shell = ${JSON.stringify(
        `${spec.shell}${spec.outs
          .slice(1)
          .map((out) => `; : > recomp-out/p/${out}`)
          .join('')}`,
      )}
env = { ${env.join(', ')} }
tools = ${list(spec.tools)}
timeout = "${spec.timeout}s"
network = ${spec.network}
platform = { os = "${spec.os}" }
[[target]]
name = "words"
rule = "command"
srcs = ["s0.txt"]
outs = ["copy.txt"]
argv = ${list(spec.argv)}
[[target]]
name = "lib"
rule = "command"
srcs = ["lib.txt"]
outs = ["lib.out"]
shell = "cat $SRCS > $OUT"
[[target]]
name = "other"
rule = "command"
srcs = ["other.txt", { glob = "data/*.txt" }]
out_dirs = ["other"]
shell = "cp $SRCS recomp-out/p/other/"
[[target]]
name = "third"
rule = "command"
outs = ["third.out"]
shell = "echo third > $OUT"
`,
    );
    const tool = (version: string, body: string): string => `#!/bin/sh\n# ${body}\necho tool ${version}\n`;
    writeFileSync(join(this.bin, 'tool'), tool(spec.toolVersion, String(spec.toolBody)), { mode: 0o755 });
    writeFileSync(join(this.bin, 'more'), tool('9.9', ''), { mode: 0o755 });
    const config = ['tool', 'more'].map((name) => `[tools.${name}]\ncommand = "${join(this.bin, name)}"\n`);
    workspace.write(
      'recomp.toml',
      `${config.join('')}${spec.base === '' ? '' : `[sandbox]\nbase_id = "${spec.base}"\n`}`,
    );
  }

  build(): void {
    const ran = this.workspace.run(['build', '//p:t', '//p:words', '--no-remote']);
    expect(ran.code, ran.stderr).toBe(0);
  }

  firstLine(label: string): string {
    const ran = this.workspace.run(['explain', label]);
    expect(ran.code, ran.stderr).toBe(0);
    return ran.stdout.split('\n')[0] ?? '';
  }
}

/** Changes one thing; what the first line must hold, and of which target (`//p:t` if not said). */
type Kind = (scene: Scene) => { readonly says: readonly string[]; readonly of?: string };

const SOURCES = ['p/s0.txt', 'p/s1.txt', 'p/g/0.txt', 'p/lib.txt', 'p/other.txt', 'p/data/0.txt'];

/** A change of the declaration alone. */
const declare =
  (change: (spec: Spec, scene: Scene) => readonly string[], of = '//p:t'): Kind =>
  (scene) => {
    const says = change(scene.spec, scene);
    scene.write();
    return { says, of };
  };

const KINDS: Readonly<Record<string, Kind>> = {
  'a source, or one of a dependency': (scene) => {
    const path = scene.random.pick(SOURCES);
    const lines = scene.workspace.read(path).split('\n');
    lines[scene.random.below(lines.length)] = scene.word();
    scene.workspace.write(path, `${lines.join('\n')}\n`);
    return { says: [`${path} changed from `] };
  },
  'a source becomes executable, or not': (scene) => {
    const path = scene.random.pick(SOURCES);
    const file = join(scene.workspace.root, path);
    const was = (statSync(file).mode & 0o100) !== 0;
    chmodSync(file, was ? 0o644 : 0o755);
    return { says: [path, was ? 'not executable any more' : 'became executable'] };
  },
  'a file more for a glob': (scene) => {
    const path = `p/${scene.random.pick(['g', 'data'])}/${scene.word()}.txt`;
    scene.workspace.write(path, `${scene.word()}\n`);
    return { says: [`${path} is new`] };
  },
  'a file less for a glob': (scene) => {
    const folder = scene.random.pick(['g', 'data']);
    const names = readdirSync(join(scene.workspace.root, 'p', folder)).filter(
      (name) => !/^[01]\./.test(name),
    );
    if (names.length === 0) return added(scene, folder);
    const path = `p/${folder}/${scene.random.pick(names)}`;
    rmSync(join(scene.workspace.root, path));
    return { says: [`${path} is gone`] };
  },
  'a source of another name': (scene) => {
    const name = `${scene.word()}.txt`;
    cpSync(join(scene.workspace.root, 'p/s1.txt'), join(scene.workspace.root, 'p', name));
    scene.spec.srcs = scene.spec.srcs.map((src) => (src === 's1.txt' ? name : src));
    scene.write();
    const says = [`p/s1.txt is now p/${name}`];
    return { says };
  },
  'the order of the sources': declare((spec) => {
    spec.srcs = [...spec.srcs].reverse();
    return ['the variable SRCS changed'];
  }),
  'a variable': declare((spec, scene) => {
    spec.env = { ...spec.env, MODE: scene.word() };
    return [`the variable MODE changed from `, `to ${spec.env['MODE']}`];
  }),
  'a variable more': declare((spec, scene) => {
    const name = scene.word().toUpperCase();
    spec.env = { ...spec.env, [name]: 'new' };
    return [`the variable ${name} is new: new`];
  }),
  'a variable less': declare((spec) => {
    const { MODE: was, ...rest } = spec.env;
    spec.env = rest;
    return [`the variable MODE is gone; it was ${was}`];
  }),
  'the script': declare((spec, scene) => {
    spec.shell = `: ${scene.word()}; ${fresh().shell}`;
    return ['argument 2 of the command changed'];
  }),
  'a word of the command': declare((spec, scene) => {
    spec.argv = [spec.argv[0] ?? '', scene.random.pick(['-pf', '-Rf', '-af']), ...spec.argv.slice(2)];
    return [`argument 1 of the command changed from -f to ${spec.argv[1]}`];
  }, '//p:words'),
  'a word more in the command': declare((spec, scene) => {
    const at = 1 + scene.random.below(2);
    const word = scene.random.pick(['-v', '-u', '-x']);
    spec.argv = [...spec.argv.slice(0, at), word, ...spec.argv.slice(at)];
    return [`argument ${at} of the command is new: ${word}`];
  }, '//p:words'),
  'an output of another name': (scene) => {
    const name = `${scene.word()}.txt`;
    scene.spec.outs = [scene.spec.outs[0] ?? '', name];
    scene.write();
    return { says: [`the output recomp-out/p/${name} is new`] };
  },
  'a dependency more': declare((spec) => {
    spec.deps = [...spec.deps, ':third'];
    return ['//p:third was never built here'];
  }),
  'a dependency less': declare((spec) => {
    spec.deps = [':lib'];
    return ['recomp-out/p/other'];
  }),
  'the order of dependencies': declare((spec) => {
    spec.deps = [...spec.deps].reverse();
    return ['the variable DEPS changed'];
  }),
  'a tool of another version': declare((spec, scene) => {
    const was = spec.toolVersion;
    spec.toolVersion = `${2 + scene.random.below(9)}.${scene.random.below(1000)}`;
    return ['the tool tool changed from version', was, spec.toolVersion];
  }),
  'a tool of the same version': declare((spec, scene) => {
    spec.toolBody = 1 + scene.random.below(1e9);
    return ['the tool tool changed from ', 'its files differ, its version is the same'];
  }),
  'a tool more': declare((spec) => {
    spec.tools = [...spec.tools, 'more'];
    return ['the tool more is new', '9.9'];
  }),
  'the time it may take': declare((spec, scene) => {
    spec.timeout = 61 + scene.random.below(500);
    return ['the timeout changed from "60000 ms"', `${spec.timeout}000`];
  }),
  'the network': declare((spec) => {
    spec.network = true;
    return ['the network is now allowed'];
  }),
  'a platform property': declare((spec, scene) => {
    spec.os = scene.word();
    return ['the platform property os changed from any to', spec.os];
  }),
  'the base system': declare((spec, scene) => {
    spec.base = scene.word();
    return ['the base system: '];
  }),
  'a deleted output': (scene) => {
    const [path, of] = scene.random.pick([
      ['recomp-out/p/o.txt', '//p:t'],
      ['recomp-out/p/copy.txt', '//p:words'],
      ['recomp-out/p/other', '//p:t'],
    ] as const);
    rmSync(join(scene.workspace.root, path), { recursive: true });
    return { says: path === 'recomp-out/p/other' ? [`${path} was deleted`] : [`${path} was deleted`], of };
  },
  'an edited output': (scene) => {
    const path = scene.random.pick(['recomp-out/p/o.txt', 'recomp-out/p/other/other.txt']);
    scene.workspace.write(path, `${scene.word()}\n`);
    return { says: [path.replace('/other.txt', ''), 'it was edited'] };
  },
  'a result that was evicted': (scene) => {
    rmSync(join(scene.workspace.root, 'recomp-out/p/o.txt'));
    rmSync(scene.workspace.cache, { recursive: true });
    return { says: ['recomp-out/p/o.txt was deleted, and no cache has it any more'] };
  },
};

function added(scene: Scene, folder: string): { readonly says: readonly string[] } {
  const path = `p/${folder}/${scene.word()}.txt`;
  scene.workspace.write(path, '');
  return { says: [`${path} is new`] };
}

const COUNT = process.env['RECOMP_LONG'] === undefined ? Object.keys(KINDS).length : 200;

describe('one thing is changed, and is the first line of explain', () => {
  it(`${COUNT} times`, { timeout: 600_000 }, () => {
    const scene = new Scene(6);
    const names = Object.keys(KINDS);
    scene.build();
    for (let i = 0; i < COUNT; i++) {
      const name = i < names.length ? names[i] : scene.random.pick(names);
      const { says, of = '//p:t' } = KINDS[name ?? '']?.(scene) ?? { says: ['?'] };
      const line = scene.firstLine(of);
      for (const part of says) expect(line, `${i}: ${name}`).toContain(part);
      scene.spec = fresh();
      scene.write();
      scene.build();
      expect(scene.firstLine('//p:t')).toBe('//p:t is up to date');
    }
  });
});
