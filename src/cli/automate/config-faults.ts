import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseInputScript } from '../../../rules/recompiler/script/input-script.ts';
import { guarded } from '../../../rules/recompiler/validate/bad-input.ts';
import { parseValidationConfig } from '../../../rules/recompiler/validate/settings/validation-config.ts';
import {
  type HashSource,
  parseCaptureConfig,
  parseReferenceConfig,
} from '../../../rules/recompiler/validate/settings/video-config.ts';
import { readHashList } from '../../../rules/recompiler/validate/side/hash-list.ts';
import { kindFault } from '../../../rules/recompiler/validate/side/open-config.ts';
import { err, ok, type Result } from '../../base/result.ts';
import type { AutomationPackage } from '../../loading/package-source.ts';

/**
 * What the capture and the validation will say of their files, said before the first stage runs. By the readers that they use
 * themselves; a script that goes to commands of the user's is theirs to read.
 */
export function configFaults(root: string, { path: pkg, loaded }: AutomationPackage): string[] {
  const { reference = {} } = loaded.config ?? {};
  const isOwnCapture = loaded.targets.some((target) => target.rule === 'capture');
  return [
    ...(isOwnCapture
      ? faultsOf(root, pkg, reference.input_script_toml, (file, text) => parseInputScript(text, file))
      : []),
    ...faultsOf(root, pkg, reference.reference_video_toml, parseReference),
    ...faultsOf(root, pkg, reference.capture_video_toml, parseCaptureConfig),
    ...faultsOf(root, pkg, reference.validation_config_toml, parseValidationConfig),
  ];
}

/** With the lists of hashes that it names. */
function parseReference(file: string, text: string): Result<unknown, string> {
  const placeOf = ({ path }: HashSource): string => resolve(dirname(file), path);
  const read = parseReferenceConfig(file, text, (of, source) => kindFault(of, source, placeOf(source)));
  if (!read.ok) return read;
  const lists = [read.value.frames, read.value.audio].flatMap((source) =>
    source?.format === 'list' && existsSync(placeOf(source)) ? [placeOf(source)] : [],
  );
  const faults = lists.map((list) => guarded(() => readHashList(list))).filter((list) => !list.ok);
  return faults.length === 0 ? ok(undefined) : err(faults.map(({ error }) => error).join('\n'));
}

function faultsOf(
  root: string,
  pkg: string,
  name: string | undefined,
  parse: (file: string, text: string) => Result<unknown, string>,
): string[] {
  if (name === undefined) return [];
  const file = resolve(root, pkg, name);
  const text = textOf(file);
  const read = text === undefined ? undefined : parse(file, text);
  return read === undefined || read.ok ? [] : read.error.split('\n');
}

/** One that is not there has been reported as such. */
function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
