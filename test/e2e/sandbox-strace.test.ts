import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { Random } from '../rig/random.ts';
import { createWorkspace } from '../support/workspace.ts';

/** Commands that read what they are told and a good deal of the base system besides. */
const PROGRAMS = [
  'cat $SRCS $DEPS | sort -u > $OUT',
  "awk '{ n += length($0) } END { print n }' $SRCS $DEPS > $OUT",
  'sha256sum $SRCS $DEPS > $OUT',
  "sed -e 's/a/b/g' $SRCS > $OUT; cp $OUT $TMPDIR/copy; wc -c $TMPDIR/copy >> $OUT",
  'head -c 20 $SRCS | tr a-z A-Z > $OUT; ls -R . >> $OUT; find / -maxdepth 1 >> $OUT',
  'grep -c . $SRCS $DEPS > $OUT; env | sort >> $OUT; date -u +%Z >> $OUT',
];
const ACTIONS = 50;
const strace = spawnSync('strace', ['--pidns-translation', '-V']).status === 0;

interface Declared {
  readonly inputs: readonly string[];
  readonly output: string;
}

/** One package, so that every action's neighbours lie side by side: each must see its own inputs alone. */
function randomGraph(seed: number): { files: Record<string, string>; actions: Declared[] } {
  const next = new Random(seed);
  const files: Record<string, string> = {
    'recomp.toml': '[workspace]\nname = "strace"\n',
    'p/secret.txt': 'not declared by anybody',
  };
  const actions: Declared[] = [];
  let build = '';
  for (let i = 0; i < ACTIONS; i++) {
    const source = `p/s${i}.txt`;
    files[source] = `source ${i}\n`;
    const deps = [...new Set(Array.from({ length: next.below(4) }, () => next.below(Math.max(1, i))))].filter(
      (d) => d < i,
    );
    const program = next.pick(PROGRAMS);
    build += `[[target]]\nname = "t${i}"\nrule = "command"\nsrcs = ["s${i}.txt"]\ndeps = [${deps.map((d) => `":t${d}"`).join(', ')}]\nouts = ["o${i}"]\nshell = ${JSON.stringify(`: action ${i} ; ${program}`)}\n`;
    actions.push({
      inputs: [source, ...deps.map((d) => `recomp-out/p/o${d}`)],
      output: `recomp-out/p/o${i}`,
    });
  }
  files['p/BUILD.toml'] = build;
  return { files, actions };
}

/** Files that processes of each action opened, from strace's log. Calls of several processes are interleaved in it. */
function openedByAction(log: string): Map<number, Set<string>> {
  const actionOf = new Map<string, number>();
  const parentOf = new Map<string, string>();
  const pending = new Map<string, string>();
  const opens: { readonly pid: string; readonly path: string }[] = [];
  for (const line of log.split('\n')) {
    const [, pid = '', text = ''] = /^(\d+) +(.*)$/.exec(line) ?? [];
    const script = /^execve\("[^"]*sh", \["[^"]*sh", "-c", ": action (\d+) ;/.exec(text);
    if (script) actionOf.set(pid, Number(script[1]));
    if (text.endsWith('<unfinished ...>')) {
      pending.set(pid, text);
      continue;
    }
    const call = text.startsWith('<... ')
      ? `${pending.get(pid)?.replace('<unfinished ...>', '')}${text.slice(text.indexOf('resumed>') + 8)}`
      : text;
    const child =
      /^(?:v?fork|clone3?)\(.* = \d+ \/\* (\d+) in strace/.exec(call) ??
      /^(?:v?fork|clone3?)\(.* = (\d+)$/.exec(call);
    if (child?.[1]) parentOf.set(child[1], pid);
    const file = /^(?:openat\(AT_FDCWD[^,]*, |open\(|execve\()"((?:[^"\\]|\\.)*)".* = \d+/.exec(call);
    if (file?.[1]) opens.push({ pid, path: file[1] });
  }
  const opened = new Map<number, Set<string>>();
  for (const { pid, path } of opens) {
    let at: string | undefined = pid;
    while (at !== undefined && !actionOf.has(at)) at = parentOf.get(at);
    const action = at === undefined ? undefined : actionOf.get(at);
    if (action !== undefined) opened.set(action, (opened.get(action) ?? new Set()).add(path));
  }
  return opened;
}

const BASE =
  /^\/(?:usr|bin|sbin|lib|lib32|lib64)(?:\/|$)|^\/etc\/(?:ld\.so\.cache|alternatives\/.*)$|^\/dev\/(?:null|zero|full|random|urandom|tty)$|^\/proc\//;
const OWN = /^\/recomp\/(?:tmp|home|bin)(?:\/|$)/;

function isAllowed(path: string, { inputs, output }: Declared): boolean {
  if (BASE.test(path) || OWN.test(path)) return true;
  const inside = path.startsWith('/recomp/work/')
    ? path.slice('/recomp/work/'.length)
    : path.replace(/^\.\/?/, '');
  if (inside.startsWith('/')) return inside === '/' || inside === '/recomp/work';
  // Folders on the way to a declared file can be listed.
  return [...inputs, output].some(
    (known) => known === inside || known.startsWith(`${inside}/`) || inside === '',
  );
}

describe.skipIf(!strace)('every file that an action opens (needs strace with --pidns-translation)', () => {
  it.each([1, 2])('is declared, a tool or of the base system: %i', async (seed) => {
    const { files, actions } = randomGraph(seed);
    const workspace = createWorkspace(files);
    const log = join(workspace.root, '..', `strace-${seed}.log`);
    const done = spawnSync(
      'strace',
      [
        '-f',
        '-qq',
        '--pidns-translation',
        '-e',
        'trace=open,openat,execve,fork,vfork,clone,clone3',
        '-s',
        '4096',
        '-o',
        log,
        process.execPath,
        inject('recompBin'),
        'build',
        '//...',
        '--jobs',
        '2',
      ],
      { cwd: workspace.root, env: workspace.environment(), encoding: 'utf8' },
    );
    expect(done.status, done.stderr).toBe(0);
    expect(existsSync(log)).toBe(true);
    const opened = openedByAction(readFileSync(log, 'utf8'));
    expect(opened.size).toBe(ACTIONS);
    const strays = actions.flatMap((declared, i) =>
      [...(opened.get(i) ?? [])]
        .filter((path) => !isAllowed(path, declared))
        .map((path) => `action ${i}: ${path}`),
    );
    expect(strays).toEqual([]);
    // The log would be of no use if it did not show the reads that must be there.
    expect(
      actions.every(({ inputs }, i) => [...(opened.get(i) ?? [])].some((path) => inputs.includes(path))),
    ).toBe(true);
  });
});
