import { describeToml, type KeyWords } from '../../shared/toml/describe-toml.ts';
import { CONTROL_NAMES } from './controls.ts';
import { readScript } from './input-script.ts';

/** Also held against the reader by a test: each key has words, and no words are of another key. */
export const SCRIPT_WORDS: KeyWords = {
  metadata: { text: 'About the script.' },
  'metadata.title': { text: 'What it is for.' },
  'metadata.controller': { text: 'The controller that it was written with.' },
  'metadata.timing_mode': { text: 'What its times are mostly in; each event says for itself.' },
  events: { text: 'What the player does. Events of one moment happen in the order of the file.' },
  'events[].frame': { text: 'When: the frame, from 0. Either this or time_ms.' },
  'events[].time_ms': { text: 'When: in milliseconds of virtual time. Either this or frame.' },
  'events[].control': {
    text: `What is moved: ${CONTROL_NAMES.join(', ')}.`,
    required: true,
    examples: CONTROL_NAMES,
  },
  'events[].value': {
    text: 'Of a button: 1 (or true) is down, 0 is up. Of an axis (LX, LY, RX, RY): -32767 to 32767.',
    required: true,
  },
  'events[].note': { text: 'For people.' },
  markers: { text: 'Moments with a name: the page of the validation shows them on its time line.' },
  'markers[].name': { text: 'Unique in the script.', required: true },
  'markers[].frame': { text: 'When: the frame. Either this or time_ms.' },
  'markers[].time_ms': { text: 'When: in milliseconds. Either this or frame.' },
  'markers[].note': { text: 'For people.' },
};

/** What `input_script.toml` may hold. */
export const scriptSchema = (): object => describeToml(readScript, SCRIPT_WORDS);
