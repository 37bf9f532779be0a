import type { ActionDecl, Arg } from '../model/action.ts';
import { RESERVED_ENV } from '../model/action-environment.ts';
import type { ActionSpec, TemplateSpec } from './action-spec.ts';
import type { OutputFile } from './handles.ts';
import { type InputSet, inputSet } from './input-set.ts';

/** What the user may say of any target, in no key. */
export interface Scheduling {
  readonly retries: number;
  readonly pool?: string | undefined;
}

export function buildAction(spec: ActionSpec, id: string, scheduling: Scheduling): ActionDecl {
  const inputs = inputSet(new Set(spec.outputs.map((o) => o.path)));
  const outputs = spec.outputs.map(({ path, tree }) => ({ path, tree }));
  const action = process(spec, inputs, id, outputs, scheduling);
  if (spec.pinned !== undefined && spec.pinned.length > 0) action.pinned = pinned(spec.pinned);
  if (spec.test === true) action.test = true;
  if (spec.notes === true) action.notes = true;
  if (spec.terse === true) action.terse = true;
  return action;
}

/** `id` tells the template apart; `outputs` are complete paths with the item's parts in them. */
export function buildTemplate(
  over: OutputFile,
  spec: TemplateSpec,
  id: string,
  outputs: readonly string[],
  scheduling: Scheduling,
): ActionDecl {
  const inputs = inputSet(new Set());
  const files = outputs.map((path) => ({ path, tree: false }));
  const action = process(spec, inputs, id, files, scheduling);
  action.each = { over: over.path, include: spec.include ?? ['**'], exclude: spec.exclude ?? [] };
  return action;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Filled in step by step, not by spreading: a large workspace has a hundred thousand of these. */
function process(
  spec: ActionSpec | TemplateSpec,
  inputs: InputSet,
  id: string,
  outputs: ActionDecl['outputs'],
  scheduling: Scheduling,
): Writable<ActionDecl> {
  const argv = spec.argv.flatMap(inputs.words);
  const env = environment(spec.env ?? {}, inputs);
  for (const handle of spec.inputs ?? []) inputs.add(handle);
  for (const tool of spec.tools ?? []) inputs.addTool(tool);
  if (argv.length === 0) throw new Error(`the action ${id} has an empty command`);
  argv.forEach(refuseNul);
  const action: Writable<ActionDecl> = {
    id,
    mnemonic: spec.mnemonic,
    argv,
    env,
    inputs: inputs.refs,
    outputs,
    tools: [...inputs.tools],
    network: spec.network ?? false,
    retries: Math.max(scheduling.retries, spec.retries ?? 0),
  };
  if (spec.description !== undefined) action.description = spec.description;
  if (spec.timeoutMs !== undefined) action.timeoutMs = spec.timeoutMs;
  if (spec.platform !== undefined) action.platform = spec.platform;
  if (spec.local !== undefined) action.local = spec.local;
  if (scheduling.pool !== undefined) action.pool = scheduling.pool;
  return action;
}

function environment(spec: NonNullable<ActionSpec['env']>, inputs: InputSet): Record<string, Arg> {
  const env: Record<string, Arg> = {};
  for (const [name, word] of Object.entries(spec)) {
    if (Object.hasOwn(RESERVED_ENV, name))
      throw new Error(`the environment variable ${name} is set by the sandbox`);
    const value = inputs.text(word);
    refuseNul(value);
    env[name] = value;
  }
  return env;
}

/** No process can be given one. */
function refuseNul(word: Arg): void {
  if (typeof word === 'string' && word.includes('\0'))
    throw new Error('a command or variable holds a NUL character');
}

const pinned = (pins: NonNullable<ActionSpec['pinned']>): Record<string, string> =>
  Object.fromEntries(pins.map((p) => [p.output.path, p.sha256]));
