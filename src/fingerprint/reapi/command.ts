import type { WireWriter } from '../wire-writer.ts';

/** What a process is started with. To be canonical: variables sorted by name, output lists sorted and unique. */
export interface CommandMessage {
  readonly arguments: readonly string[];
  readonly environment: readonly (readonly [name: string, value: string])[];
  readonly outputFiles: readonly string[];
  readonly outputDirectories: readonly string[];
  readonly outputPaths: readonly string[];
}

/**
 * Command { arguments 1, environment_variables 2, output_files 3, output_directories 4, output_paths 7 }. The older
 * lists 3 and 4 are kept beside 7: they alone tell a file from a directory, which must be in the key, and older
 * servers read nothing else.
 */
export function writeCommand(writer: WireWriter, command: CommandMessage): void {
  for (const word of command.arguments) writer.element(1, word);
  for (const [name, value] of command.environment) writePair(writer, 2, name, value);
  for (const path of command.outputFiles) writer.element(3, path);
  for (const path of command.outputDirectories) writer.element(4, path);
  for (const path of command.outputPaths) writer.element(7, path);
}

/** EnvironmentVariable and Platform.Property alike: { name 1, value 2 }. */
export function writePair(writer: WireWriter, field: number, name: string, value: string): void {
  const start = writer.open(field);
  writer.text(1, name);
  writer.text(2, value);
  writer.close(start);
}
