import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseInputScript } from '../../../rules/recompiler/script/input-script.ts';
import { parseValidationConfig } from '../../../rules/recompiler/validate/settings/validation-config.ts';
import type { Result } from '../../base/result.ts';
import type { AutomationPackage } from '../../loading/package-source.ts';

/**
 * What the capture and the validation will say of their files, said before the first stage runs. By the readers that they use
 * themselves; a script that goes to commands of the user's is theirs to read.
 */
export function configFaults(root: string, { path: pkg, loaded }: AutomationPackage): string[] {
  const { input_script_toml: script, validation_config_toml: validation } = loaded.config?.reference ?? {};
  const isOwnCapture = loaded.targets.some((target) => target.rule === 'capture');
  return [
    ...(isOwnCapture ? faultsOf(root, pkg, script, (file, text) => parseInputScript(text, file)) : []),
    ...faultsOf(root, pkg, validation, parseValidationConfig),
  ];
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
