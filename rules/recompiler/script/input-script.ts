import { parse, TomlError } from 'smol-toml';
import { err, ok, type Result } from '../../../src/base/result.ts';
import { CONTROL_NAMES, findControl } from './controls.ts';

const TICKS_PER_FRAME = 320_000;
const TICKS_PER_MILLISECOND = 19_200;
const MAX_EVENTS = 1_000_000;
const MAX_TIME = 10_000_000;

export interface InputScript {
  readonly changes: readonly Change[];
  readonly markers: readonly { readonly name: string; readonly tick: number }[];
}

/** A control takes a value at a moment of virtual time. */
export interface Change {
  readonly tick: number;
  readonly control: number;
  readonly value: number;
}

/** `input_script.toml`: [metadata], [[events]] and [[markers]]. Events of one moment keep the file's order. */
export function parseInputScript(text: string): Result<InputScript, string> {
  let root: unknown;
  try {
    root = parse(text);
  } catch (error) {
    if (error instanceof TomlError)
      return err(`line ${error.line}, column ${error.column}: ${firstLine(error.message)}`);
    throw error;
  }
  try {
    return ok(readScript(table(root, 'the script')));
  } catch (error) {
    if (error instanceof Malformed) return err(error.message);
    throw error;
  }
}

/** One line for each change, as the runtime reads it. */
export const printChanges = (script: InputScript): string =>
  script.changes.map((c) => `${c.tick} ${c.control} ${c.value}\n`).join('');

class Malformed extends Error {}

const refuse = (message: string): never => {
  throw new Malformed(message);
};

const firstLine = (message: string): string => message.split('\n')[0] ?? '';

type Table = Readonly<Record<string, unknown>>;

function readScript(root: Table): InputScript {
  checkKeys(root, ['metadata', 'events', 'markers'], 'the script');
  const metadata = table(root['metadata'] ?? {}, '[metadata]');
  checkKeys(metadata, ['title', 'controller', 'timing_mode'], '[metadata]');
  const mode = metadata['timing_mode'] ?? 'frames';
  if (mode !== 'frames' && mode !== 'ms')
    refuse(`timing_mode is "frames" or "ms", not ${JSON.stringify(mode)}`);
  const events = list(root['events'] ?? [], 'events');
  if (events.length > MAX_EVENTS) refuse(`more than ${MAX_EVENTS} events`);
  const changes = events.map((item, i) => readEvent(table(item, `event ${i + 1}`), `event ${i + 1}`));
  return { changes: changes.sort((a, b) => a.tick - b.tick), markers: readMarkers(root['markers'] ?? []) };
}

function readEvent(event: Table, where: string): Change {
  checkKeys(event, ['time_ms', 'frame', 'control', 'value', 'note'], where);
  const name = event['control'];
  const control = typeof name === 'string' ? findControl(name) : undefined;
  if (control === undefined)
    return refuse(`${where}: no control ${JSON.stringify(name)}; known: ${CONTROL_NAMES.join(', ')}`);
  const raw = event['value'];
  const value = raw === true ? 1 : raw === false ? 0 : raw;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < control.low || value > control.high)
    return refuse(`${where}: the value lies between ${control.low} and ${control.high}`);
  return { tick: readTick(event, where), control: control.index, value };
}

function readTick(item: Table, where: string): number {
  const { frame, time_ms: ms } = item;
  if ((frame === undefined) === (ms === undefined)) return refuse(`${where} needs either frame or time_ms`);
  const value = frame ?? ms;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > MAX_TIME)
    return refuse(`${where}: time is a whole number from 0 to ${MAX_TIME}`);
  return value * (frame === undefined ? TICKS_PER_MILLISECOND : TICKS_PER_FRAME);
}

function readMarkers(value: unknown): InputScript['markers'] {
  const seen = new Set<string>();
  return list(value, 'markers').map((item, i) => {
    const where = `marker ${i + 1}`;
    const marker = table(item, where);
    checkKeys(marker, ['name', 'time_ms', 'frame', 'note'], where);
    const name = marker['name'];
    if (typeof name !== 'string' || name === '') return refuse(`${where} needs a name`);
    if (seen.has(name)) return refuse(`${where}: "${name}" is used twice`);
    seen.add(name);
    return { name, tick: readTick(marker, where) };
  });
}

function checkKeys(item: Table, known: readonly string[], where: string): void {
  for (const key of Object.keys(item))
    if (!known.includes(key)) refuse(`${where}: unknown key "${key}"; known: ${known.join(', ')}`);
}

const isTable = (v: unknown): v is Table => typeof v === 'object' && v !== null && !Array.isArray(v);

const table = (v: unknown, where: string): Table => (isTable(v) ? v : refuse(`${where} is not a table`));

const list = (v: unknown, where: string): readonly unknown[] =>
  Array.isArray(v) ? v : refuse(`${where} is not a list`);
