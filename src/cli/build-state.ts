import { parseStoredFact, type StoredFact } from '../engine/file-facts.ts';
import { parseStoredKey, type StoredKey } from '../engine/key-memory.ts';
import { type ActionTrace, parseTrace } from '../engine/trace.ts';
import { type Journal, openJournal } from '../journal/trace-journal.ts';
import { parseText } from './source-texts.ts';

/** What builds of this workspace remember, shared by all requests. */
export interface BuildState {
  readonly files: Journal<StoredFact>;
  readonly traces: Journal<ActionTrace>;
  readonly keys: Journal<StoredKey>;
  /** Small sources, by path. */
  readonly texts: Journal<string>;
}

export const openBuildState = (stateDir: string): BuildState => ({
  files: openJournal(`${stateDir}/state/files.journal`, parseStoredFact),
  traces: openJournal(`${stateDir}/state/actions.journal`, parseTrace),
  keys: openJournal(keysFile(stateDir), parseStoredKey),
  texts: openJournal(textsFile(stateDir), parseText),
});

export const keysFile = (stateDir: string): string => `${stateDir}/state/keys.journal`;
export const textsFile = (stateDir: string): string => `${stateDir}/state/texts.journal`;
