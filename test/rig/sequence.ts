import { readFileSync } from 'node:fs';
import { populate, randomEdit, randomFile, type Scene } from './edits.ts';
import { buildInProcess, type InProcessOutcome } from './in-process.ts';
import { labelOf, Workspace } from './model.ts';
import { type Forecast, liesThere, Oracle } from './oracle.ts';
import { Random } from './random.ts';

const STEPS = 10;
/** Longer than files count as too young to be trusted: both ways of remembering a file are used. */
const SETTLE_MS = 30;

/** Builds, edits and builds again; the first thing that is not as it must be, with all that led to it. */
export async function runSequence(seed: number, folder: string): Promise<string | undefined> {
  const random = new Random(seed);
  const workspace = new Workspace(`${folder}/ws`);
  const scene: Scene = {
    past: [],
    seed,
    random,
    workspace,
    oracle: new Oracle(workspace),
    cache: `${folder}/cache`,
    fresh: 10,
  };
  const story: string[] = [];
  try {
    return await play(scene, folder, story);
  } catch (error) {
    return tell(seed, story, error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}

async function play(scene: Scene, folder: string, story: string[]): Promise<string | undefined> {
  const { random, seed } = scene;
  populate(scene, 3 + random.below(8));
  for (let step = 0; step < STEPS; step++) {
    if (step > 0) for (let n = 1 + random.below(2); n > 0; n--) story.push(randomEdit(scene));
    if (random.chance(0.5)) await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    scene.past.push(scene.workspace.targets);
    const problem = await buildOnce(scene, story);
    if (problem !== undefined) return tell(seed, story, problem);
  }
  const problem = await compareWithCleanBuild(scene, folder);
  return problem === undefined ? undefined : tell(seed, story, problem);
}

const tell = (seed: number, story: readonly string[], problem: string): string =>
  `RECOMP_SEED=${seed}\n${story.map((line) => `  ${line}`).join('\n')}\n${problem}`;

async function buildOnce(scene: Scene, story: string[]): Promise<string | undefined> {
  const { random, workspace, oracle, cache } = scene;
  const all = random.chance(0.6);
  const requested = all ? workspace.targets.map(labelOf) : [labelOf(random.pick(workspace.targets))];
  const patterns = all ? ['//...'] : requested;
  const forecast = oracle.forecast(requested);
  const how = random.below(12);
  const killAt = how === 0 && forecast.must.size > 0 ? 1 + random.below(forecast.must.size) : undefined;
  const disturb = how === 1 && forecast.must.size > 0 && !forecast.refused;
  const path = disturb ? random.pick([...workspace.sources.keys()]) : '';
  const victim = disturb ? random.pick([...forecast.must]) : '';
  const edited = randomFile(random);
  const readsLate = disturb && random.chance(0.7);
  const original = workspace.sources.get(path);
  let touched = false;
  story.push(
    `build ${patterns.join(' ')}${killAt === undefined ? '' : `, killed at its action ${killAt}`}${disturb ? `, ${path} is edited while ${victim} is made` : ''}`,
  );
  const outcome = await buildInProcess({
    root: workspace.root,
    cache,
    patterns,
    jobs: killAt === undefined ? 1 + random.below(3) : 1,
    ...(killAt === undefined ? {} : { killAt }),
    readsLate,
    onStart: (output) => {
      if (output !== victim || touched) return;
      touched = true;
      workspace.write(path, edited);
    },
  });
  story.push(`  ended with ${outcome.code}, ran ${outcome.started.join(' ')}`);
  const ran = new Set(outcome.started);
  if (touched) {
    // Actions may have run on either content.
    for (const known of [forecast, oracle.forecast(requested)])
      oracle.learn(known, new Set(known.may), 'disturbed', undefined);
    // What ran on the new content must not pass for a result of the old one.
    if (original && random.chance(0.6)) {
      workspace.write(path, original);
      story.push(`  ${path} is as it was`);
    }
    return undefined;
  }
  if (outcome.code === 'killed') {
    oracle.learn(forecast, ran, 'killed', outcome.started.at(-1));
    return notAllowed(forecast, outcome);
  }
  const problem = judge(scene, forecast, outcome);
  if (!forecast.refused) oracle.learn(forecast, ran, 'finished', undefined);
  return problem;
}

function notAllowed(forecast: Forecast, { started, said }: InProcessOutcome): string | undefined {
  const wrong = started.filter((out) => !forecast.may.has(out));
  return wrong.length === 0 ? undefined : `ran without need: ${wrong.join(' ')}\n${said}`;
}

function judge(scene: Scene, forecast: Forecast, outcome: InProcessOutcome): string | undefined {
  const { code, started, said } = outcome;
  if (forecast.refused) {
    return code === 2 && started.length === 0
      ? undefined
      : `a source is missing, but it ended with ${code} and ran ${started.length}\n${said}`;
  }
  const expected = forecast.failed.size > 0 ? 1 : 0;
  if (code !== expected) return `ended with ${code}, not ${expected}\n${said}`;
  const twice = started.filter((out, i) => started.indexOf(out) !== i);
  if (twice.length > 0) return `ran twice: ${twice.join(' ')}\n${said}`;
  const missed = [...forecast.must].filter((out) => !started.includes(out));
  if (missed.length > 0) return `did not run: ${missed.join(' ')}\n${said}`;
  const needless = notAllowed(forecast, outcome);
  if (needless !== undefined) return needless;
  for (const [path, made] of forecast.outputs) {
    if (!liesThere(`${scene.workspace.root}/${path}`, made))
      return `${path} is not what a clean build makes: ${JSON.stringify(made)}\n${said}`;
  }
  return undefined;
}

/** The manifest's identity is the same as that of a first build of the same content elsewhere. */
async function compareWithCleanBuild(
  { workspace, oracle, cache }: Scene,
  folder: string,
): Promise<string | undefined> {
  const forecast = oracle.forecast(workspace.targets.map(labelOf));
  if (forecast.refused || forecast.failed.size > 0) return undefined;
  const clean = workspace.copyTo(`${folder}/clean`);
  const build = { patterns: ['//...'], jobs: 3 };
  const one = await buildInProcess({ ...build, root: workspace.root, cache });
  const two = await buildInProcess({ ...build, root: clean.root, cache: `${folder}/clean-cache` });
  if (one.code !== 0 || two.code !== 0)
    return `the last builds ended with ${one.code} and ${two.code}\n${one.said}${two.said}`;
  if (two.started.length !== forecast.total)
    return `a clean build ran ${two.started.length} of ${forecast.total}\n${two.said}`;
  const [a, b] = [identity(workspace.root), identity(clean.root)];
  return a === b ? undefined : `the run's identity differs from a clean build's:\n${firstDifference(a, b)}`;
}

const NOT_IDENTITY = new Set([
  'run_id',
  'host_fingerprint',
  'host',
  'totals',
  'cache_hit',
  'stage_attempt',
  'source',
]);

function identity(root: string): string {
  const manifest: unknown = JSON.parse(readFileSync(`${root}/.recomp/runs/latest/run-manifest.json`, 'utf8'));
  return JSON.stringify(manifest, (key, value: unknown) => (NOT_IDENTITY.has(key) ? undefined : value), 1);
}

function firstDifference(a: string, b: string): string {
  const [x, y] = [a.split('\n'), b.split('\n')];
  const at = x.findIndex((line, i) => line !== y[i]);
  return `incremental: ${x.slice(at - 2, at + 2).join('\n')}\nclean: ${y.slice(at - 2, at + 2).join('\n')}`;
}
