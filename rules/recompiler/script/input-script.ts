import type { Result } from '../../../src/base/result.ts';
import { readToml, type Table } from '../../shared/toml/read-toml.ts';
import { CONTROL_NAMES, findControl } from './controls.ts';

const TICKS_PER_FRAME = 320_000;
const TICKS_PER_MILLISECOND = 19_200;
const MAX_EVENTS = 1_000_000;
const MAX_TIME = 10_000_000;
const MAX_CHARACTERS = 1 << 28;

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
export const parseInputScript = (text: string, file = 'input_script.toml'): Result<InputScript, string> =>
  readToml(file, text, readScript, MAX_CHARACTERS);

/** One line for each change, as the runtime reads it. */
export const printChanges = (script: InputScript): string =>
  script.changes.map((c) => `${c.tick} ${c.control} ${c.value}\n`).join('');

/** `markers.json`: moments of the script in seconds, for those who look at what was captured. */
export const printMarkers = ({ markers }: InputScript): string =>
  `${JSON.stringify(
    markers.map(({ name, tick }) => ({ name, time: tick / TICKS_PER_MILLISECOND / 1000 })),
    null,
    1,
  )}\n`;

export function readScript(root: Table): InputScript {
  const metadata = root.table('metadata');
  metadata?.text('title');
  metadata?.text('controller');
  metadata?.word('timing_mode', ['frames', 'ms']);
  const events = root.tables('events');
  if (events.length > MAX_EVENTS) root.fault('events', `more than ${MAX_EVENTS} events`);
  const changes = events.slice(0, MAX_EVENTS).map(readEvent);
  return { changes: changes.sort((a, b) => a.tick - b.tick), markers: readMarkers(root) };
}

/** What is faulty counts as nothing: the script is refused for it. */
function readEvent(event: Table): Change {
  const name = event.text('control');
  const control = findControl(name ?? '');
  if (!event.has('control')) event.fault('control', 'an event needs a control');
  else if (control === undefined && name !== undefined)
    event.fault('control', `no control ${JSON.stringify(name)}; ${KNOWN}`);
  const { index = 0, low = LOWEST, high = HIGHEST } = control ?? {};
  const value = event.level('value', LOWEST, HIGHEST);
  if (!event.has('value')) event.fault('value', 'an event needs a value');
  else if (value !== undefined && (value < low || value > high))
    event.fault('value', `the value lies between ${low} and ${high}`);
  event.text('note');
  return { tick: readTick(event), control: index, value: value ?? 0 };
}

/** Of the sticks' axes, which reach furthest. */
const [LOWEST, HIGHEST] = [-32_767, 32_767];
const KNOWN = `known: ${CONTROL_NAMES.join(', ')}`;

function readTick(item: Table): number {
  const frame = item.whole('frame', 0, MAX_TIME);
  const ms = item.whole('time_ms', 0, MAX_TIME);
  const [hasFrame, hasMs] = [item.has('frame'), item.has('time_ms')];
  if (hasFrame && hasMs) item.fault('time_ms', 'either frame or time_ms, not both');
  if (!hasFrame && !hasMs) item.fault('frame', 'it needs either frame or time_ms');
  return frame === undefined ? (ms ?? 0) * TICKS_PER_MILLISECOND : frame * TICKS_PER_FRAME;
}

function readMarkers(root: Table): InputScript['markers'] {
  const seen = new Set<string>();
  return root.tables('markers').map((marker) => {
    const name = marker.text('name') ?? '';
    if (name === '') marker.fault('name', 'a marker needs a name');
    else if (seen.has(name)) marker.fault('name', `"${name}" is used twice`);
    seen.add(name);
    marker.text('note');
    return { name, tick: readTick(marker) };
  });
}
