import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import type { AutomationChoice } from '../automation/load-automation.ts';

/**
 * `.recomp/proprietary`: the loops of this workspace that call an input proprietary, and those inputs. Builds that have nothing to
 * do with such a loop go by it, too. An empty file: there is none, which is all that a workspace without them pays for.
 */
export interface ProprietaryRecord {
  readonly loops: readonly AutomationChoice[];
  readonly inputs: readonly KnownInput[];
}

export interface KnownInput {
  readonly sha256: string;
  /** Absent: nobody has said it, and the file was not there. */
  readonly size?: number;
}

const fileOf = (stateDir: string): string => `${stateDir}/proprietary`;

/** Whether a build that loads the workspace has to ask: somebody's inputs are proprietary, or nobody has looked yet. */
export const mustAskForProprietary = (stateDir: string): boolean =>
  statSync(fileOf(stateDir), { throwIfNoEntry: false })?.size !== 0;

/** Undefined: nobody has looked yet. */
export function readProprietary(stateDir: string): ProprietaryRecord | undefined {
  try {
    const text = readFileSync(fileOf(stateDir), 'utf8');
    if (text === '') return { loops: [], inputs: [] };
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function writeProprietary(stateDir: string, record: ProprietaryRecord): void {
  const text = record.loops.length === 0 ? '' : `${JSON.stringify(record)}\n`;
  const temporary = `${fileOf(stateDir)}.${process.pid}`;
  mkdirSync(stateDir, { recursive: true });
  writeFileSync(temporary, text);
  renameSync(temporary, fileOf(stateDir));
}

/** Whether one of these files may have become a copy of a proprietary input: by their sizes, so that nothing is read. */
export function mayBeProprietary(stateDir: string, files: readonly string[]): boolean {
  if (statSync(fileOf(stateDir), { throwIfNoEntry: false })?.size === 0) return false;
  const { inputs = [] } = readProprietary(stateDir) ?? {};
  const sizes = new Set(inputs.map(({ size }) => size));
  return inputs.length > 0 && files.some((file) => sizes.has(undefined) || sizes.has(sizeOf(file)));
}

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? -1;

function isRecord(value: unknown): value is ProprietaryRecord {
  if (typeof value !== 'object' || value === null || !('loops' in value) || !('inputs' in value))
    return false;
  const { loops, inputs } = value;
  return Array.isArray(loops) && Array.isArray(inputs) && loops.every(isChoice) && inputs.every(isInput);
}

const isChoice = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  'pkg' in value &&
  typeof value.pkg === 'string' &&
  'name' in value &&
  typeof value.name === 'string';

const isInput = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'sha256' in value && typeof value.sha256 === 'string';
