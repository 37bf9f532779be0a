// A workspace such as a team has that recompiles many titles: a runtime that all share, and for each title ten targets in six
// stages. Everything is made by small scripts, so that thousands are built in seconds.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const RUNTIME = ['audio', 'clock', 'cpu', 'files', 'gpu', 'input', 'log', 'memory', 'net', 'threads'];
const SHELVES = ['demos', 'games', 'homebrew', 'tools'];
const PER_TITLE = 10;

const RULES = `import { attr, defineRule, z } from 'recomp/rules';
const step = (name, stage, test) => defineRule({
  name, summary: 'A step of ' + name + '.', ...(stage && { stage }), ...(test && { test }),
  attributes: {
    srcs: attr.sources().describe('Files.'),
    deps: attr.labels().describe('Targets.'),
    shell: z.string().describe('The script.'),
  },
  implement(ctx) {
    const out = ctx.output(ctx.name + '.out');
    const srcs = ctx.sources('srcs');
    const deps = ctx.deps('deps').flatMap((dep) => dep.files);
    ctx.action({ mnemonic: name, argv: ['/bin/sh', '-c', ctx.attributes.shell], env: { SRCS: srcs, DEPS: deps, OUT: out }, inputs: [...srcs, ...deps], outputs: [out] });
  },
});
export default [step('title_library'), step('title_intake', 'intake'), step('title_lift', 'lift'), step('title_compile', 'build'), step('title_capture', 'capture'), step('title_compare', 'validate'), step('title_check', undefined, true)];
`;

/** At least so many targets; gives the folders of the titles. */
export function writeTitles(root, targets) {
  const put = (path, text) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  put('recomp.toml', '[workspace]\nname = "titles"\n\n[rules]\nuse = ["./rules.mjs"]\n');
  put('rules.mjs', RULES);
  for (const [i, name] of RUNTIME.entries()) {
    put(`runtime/${name}/${name}.c`, `/* ${name} */\n`);
    const deps = i === 0 ? [] : [RUNTIME[i >> 1]].filter((dep) => dep !== name);
    put(
      `runtime/${name}/BUILD.toml`,
      target(
        'library',
        name,
        deps.map((dep) => `//runtime/${dep}`),
        [`${name}.c`],
        work(i),
      ),
    );
  }
  const titles = Array.from(
    { length: Math.max(1, Math.round((targets - RUNTIME.length) / PER_TITLE)) },
    (_, i) => {
      const folder = `${SHELVES[i % SHELVES.length]}/title-${String(i).padStart(3, '0')}`;
      put(`${folder}/title.bin`, `program ${i}\n`);
      put(`${folder}/BUILD.toml`, titleTargets(i));
      return folder;
    },
  );
  return titles;
}

function titleTargets(i) {
  const shards = [0, 1, 2, 3].map((k) => `shard-${k}`);
  return [
    target('intake', 'intake', [], ['title.bin'], work(1)),
    target('lift', 'lift', [':intake'], [], work(i % 7)),
    ...shards.map((name, k) =>
      target(
        'compile',
        name,
        [':lift', `//runtime/${RUNTIME[(i + k) % RUNTIME.length]}`],
        [],
        work((i + k) % 9),
      ),
    ),
    target(
      'compile',
      'program',
      shards.map((name) => `:${name}`),
      [],
      work(3),
    ),
    target('capture', 'capture', [':program', '//runtime/gpu'], [], work(i % 5)),
    target('compare', 'compare', [':capture', ':intake'], [], work(1)),
    target('check', 'check', [':program'], [], 'test -n "$DEPS" && : > $OUT'),
  ].join('\n');
}

/** So much that some take longer than others. */
const work = (size) =>
  `{ cat $SRCS $DEPS /dev/null; head -c ${size * 400_000} /dev/zero; } | sha256sum > $OUT`;

const target = (rule, name, deps, srcs, shell) =>
  `[[target]]\nname = "${name}"\nrule = "title_${rule}"\nsrcs = ${JSON.stringify(srcs)}\ndeps = ${JSON.stringify(deps)}\nshell = ${JSON.stringify(shell)}\n`;
