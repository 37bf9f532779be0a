import { nearest } from '../base/nearest.ts';
import type { Command } from './command.ts';
import { say } from './print.ts';

export function unknownCommand(name: string, commands: readonly Command[]): 2 {
  const near = nearest(
    name,
    commands.map((command) => command.name),
  );
  say(
    `there is no command "${name}"${near === undefined ? '; `recomp help` lists them' : `; did you mean "${near}"?`}`,
  );
  return 2;
}
