import { beforeAll, describe, expect, it } from 'vitest';
import { copyOf, passingLoop, setImage, type ToyLoop } from '../support/toy-loop.ts';

/** What each stage is made of, as a person who knows the loop would draw it; nothing here is asked of recomp. */
const AFTER: Readonly<Record<string, readonly string[]>> = {
  intake: ['intake', 'analysis', 'lift', 'build', 'capture', 'validate', 'archive'],
  analysis: ['analysis', 'lift', 'build', 'capture', 'validate', 'archive'],
  lift: ['lift', 'build', 'capture', 'validate', 'archive'],
  build: ['build', 'capture', 'validate', 'archive'],
  capture: ['capture', 'validate', 'archive'],
  validate: ['validate', 'archive'],
};

const word = (stage: string) => (loop: ToyLoop) =>
  loop.edit('automation.toml', `"${stage}", "$(`, `"${stage}-2", "$(`);

type Case = readonly [name: string, change: (loop: ToyLoop) => void, ran: readonly string[] | undefined];

const CASES: readonly Case[] = [
  ['intake: command', word('intake'), AFTER['intake']],
  ['intake: input', (loop) => setImage(loop, 'another title\n'), AFTER['intake']],
  // The note is checked with the rest of the file, and archived; the image is what it was.
  [
    'intake: config',
    (loop) => loop.edit('provenance.toml', 'device = "none"', 'device = "console"'),
    ['archive', 'intake'],
  ],
  ['analysis: command', word('analysis'), AFTER['analysis']],
  [
    'analysis: config',
    (loop) =>
      loop.edit(
        'automation.toml',
        'expected_outputs = ["names.json"]\nname_map_json = "names.json"',
        'expected_outputs = ["map.json"]\nname_map_json = "map.json"',
      ),
    ['analysis', 'archive', 'lift'],
  ],
  ['lift: command', word('lift'), AFTER['lift']],
  ['lift: config', (loop) => loop.edit('title.toml', 'toy', 'another'), AFTER['lift']],
  ['build: command', word('build'), AFTER['build']],
  [
    'build: config',
    (loop) => loop.edit('automation.toml', 'outs = ["program"]', 'outs = ["game"]'),
    ['archive', 'build', 'capture'],
  ],
  [
    'capture: command',
    (loop) => loop.edit('automation.toml', '"run", "$(program)"', '"run-2", "$(program)"'),
    AFTER['capture'],
  ],
  [
    'capture: config',
    (loop) => loop.edit('automation.toml', 'chunk_bytes = 64', 'chunk_bytes = 128'),
    AFTER['capture'],
  ],
  ['capture: input', (loop) => loop.edit('input_script.toml', 'toy', 'another'), AFTER['capture']],
  [
    'validate: config',
    (loop) => loop.edit('validation_config.toml', 'name = "toy"', 'name = "other"'),
    AFTER['validate'],
  ],
  [
    'validate: gates',
    (loop) => loop.edit('automation.toml', /$/, '[gates.hash]\nmax_drift_frames = 1\n'),
    AFTER['validate'],
  ],
  [
    'validate: input',
    (loop) => loop.edit('reference/frames.hashes', /^./, (c) => (c === '0' ? '1' : '0')),
    AFTER['validate'],
  ],
  // The report comes out the same, and nothing after it is touched; the intake least of all.
  [
    'validate: a remark in the reference’s config',
    (loop) => loop.edit('reference_video.toml', /^/, '# remark\n'),
    ['validate'],
  ],
  ['policy', (loop) => loop.edit('automation.toml', /$/, '[policy]\nrequires_approval = true\n'), []],
  ['outputs', (loop) => loop.edit('automation.toml', 'work_root = "out"', 'work_root = "elsewhere"'), []],
  ['retries', (loop) => loop.edit('automation.toml', /$/, '[loop]\nmax_retries = 2\n'), []],
];

describe('what runs after a change', () => {
  let base: ToyLoop;
  beforeAll(() => {
    base = passingLoop();
    expect(base.automate()).toMatchObject({ code: 0 });
  });

  it.each(CASES)('%s', (_name, change, expected = []) => {
    const loop = copyOf(base);
    change(loop);
    const { code, stderr } = loop.automate();
    expect(code, stderr).toBeLessThan(2);
    expect(loop.ran()).toEqual([...expected].sort());
  });
});

/** A loop in which each stage reads a file of its own too. */
function richLoop(): ToyLoop {
  const loop = copyOf(passingLoop());
  for (const name of ['trace.json', 'more.txt', 'runtime.txt', 'keys.txt']) loop.write(name, `${name}\n`);
  loop.edit(
    'automation.toml',
    'config = "title.toml"',
    'config = "title.toml"\nruntime_path = "runtime.txt"',
  );
  loop.edit('automation.toml', 'name_map_json =', 'runtime_trace_manifest = "trace.json"\nname_map_json =');
  loop.edit('automation.toml', '"$(out)", "$(module)"]', '"$(out)", "$(module)", "$(trace)"]');
  loop.edit(
    'automation.toml',
    '"$(names)", "$(config)"]',
    '"$(names)", "$(config)", "$(inputs)"], inputs = ["more.txt"]',
  );
  loop.edit('automation.toml', '"$(lifted)"]', '"$(lifted)", "$(runtime)"]');
  loop.automate();
  const accepted = loop.run(['validate', 'accept', '--config', 'automation.toml', '--yes']);
  if (accepted.code !== 0) throw new Error(accepted.stderr);
  return loop;
}

const touched = (file: string) => (loop: ToyLoop) =>
  loop.edit(file, /$/, file.endsWith('.mjs') ? '// more\n' : 'more\n');

const MORE: readonly Case[] = [
  ['analysis: input', touched('trace.json'), AFTER['analysis']],
  ['lift: input', touched('more.txt'), AFTER['lift']],
  ['build: input', touched('runtime.txt'), AFTER['build']],
  // What it shows is what it was, and nobody looks at it again.
  ['capture: tool', touched('record.mjs'), ['capture']],
  [
    'every stage: tool',
    touched('make.mjs'),
    // It is a program of four stages, and does what it did: what each makes is the same, and nothing else runs.
    ['intake', 'analysis', 'lift', 'build'],
  ],
  ['nobody: a file beside', touched('keys.txt'), []],
  [
    'validate: input, of sound',
    (loop) => loop.edit('reference/audio.hashes', /^./, (c) => (c === '0' ? '1' : '0')),
    AFTER['validate'],
  ],
];

describe('what runs after a change of what a stage reads beside', () => {
  let base: ToyLoop;
  beforeAll(() => {
    base = richLoop();
    expect(base.automate()).toMatchObject({ code: 0 });
  });

  it.each(MORE)('%s', (_name, change, expected = []) => {
    const loop = copyOf(base);
    change(loop);
    const { code, stderr } = loop.automate();
    expect(code, stderr).toBeLessThan(2);
    expect(loop.ran()).toEqual([...expected].sort());
  });
});
