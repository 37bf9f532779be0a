import { parse, TomlError } from 'smol-toml';
import { err, ok, type Result } from '../../../src/base/result.ts';

/** One of `[[inputs]]`. */
export interface ProvenanceInput {
  readonly path: string;
  readonly sha256: string;
  readonly size?: number;
  readonly format: string;
  readonly role?: string;
}

interface Program {
  readonly path: string;
  readonly sha256: string;
  readonly size: number;
}

const KEYS = ['path', 'sha256', 'size', 'format', 'role', 'proprietary'];

/** The entry that describes the program, or in what it differs from the one that bears its name. */
export function vouch(text: string, program: Program): Result<ProvenanceInput, string> {
  const inputs = readInputs(text);
  if (!inputs.ok) return inputs;
  const same = inputs.value.find((input) => input.sha256 === program.sha256);
  if (same !== undefined)
    return same.size === undefined || same.size === program.size ? ok(same) : err(sizeFault(same, program));
  const namesake = inputs.value.find((input) => baseName(input.path) === baseName(program.path));
  if (namesake !== undefined)
    return err(`${program.path} has sha256 ${program.sha256}, not ${namesake.sha256} as [[inputs]] says`);
  const named = inputs.value.map((input) => input.path).join(', ');
  return err(
    `no [[inputs]] describes ${program.path} (sha256 ${program.sha256}); it has ${named === '' ? 'none' : named}`,
  );
}

const sizeFault = (input: ProvenanceInput, program: Program): string =>
  `${program.path} has ${program.size} bytes, not ${input.size} as [[inputs]] says`;

function readInputs(text: string): Result<readonly ProvenanceInput[], string> {
  let inputs: unknown;
  try {
    inputs = parse(text)['inputs'] ?? [];
  } catch (error) {
    if (error instanceof TomlError) return err(`line ${error.line}, column ${error.column}: not valid TOML`);
    throw error;
  }
  if (!Array.isArray(inputs)) return err('inputs is not a list of tables: write [[inputs]]');
  const found: ProvenanceInput[] = [];
  for (const [i, input] of inputs.entries()) {
    const read = readInput(input);
    if (!read.ok) return err(`[[inputs]] number ${i + 1}: ${read.error}`);
    found.push(read.value);
  }
  return ok(found);
}

function readInput(input: unknown): Result<ProvenanceInput, string> {
  if (typeof input !== 'object' || input === null) return err('not a table');
  const unknown = Object.keys(input).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) return err(`unknown key "${unknown}"; known: ${KEYS.join(', ')}`);
  const at = (key: string): unknown => Reflect.get(input, key);
  const [path, sha256, size, format, role, proprietary] = KEYS.map(at);
  if (typeof path !== 'string' || typeof format !== 'string') return err('path and format must be texts');
  if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256))
    return err('sha256 must be 64 lower-case hexadecimal digits');
  if (size !== undefined && typeof size !== 'number') return err('size must be a number of bytes');
  if (role !== undefined && typeof role !== 'string') return err('role must be a text');
  if (proprietary !== undefined && typeof proprietary !== 'boolean')
    return err('proprietary must be true or false');
  return ok({
    path,
    sha256,
    ...(size === undefined ? {} : { size }),
    format,
    ...(role === undefined ? {} : { role }),
  });
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
