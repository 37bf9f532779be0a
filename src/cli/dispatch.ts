import { COMMANDS, HIDDEN_COMMANDS } from './command-table.ts';
import { helpCommand, printOverview } from './commands/help.ts';
import { versionCommand } from './commands/version.ts';
import { unknownCommand } from './unknown-command.ts';

/** Every command but a well-formed `build`. */
export async function dispatch(argv: readonly string[]): Promise<number> {
  process.stdout.on('error', leaveQuietly);
  const [name, ...rest] = argv;
  if (name === undefined || name === '--help' || name === '-h') return printOverview(COMMANDS);
  if (name === '--version' || name === '-V') return versionCommand(rest);
  const command = [...COMMANDS, ...HIDDEN_COMMANDS].find((c) => c.name === name);
  if (command === undefined) return unknownCommand(name, COMMANDS);
  if (asksForHelp(rest) && command.name !== '__complete') return helpCommand(COMMANDS, [name, ...rest]);
  const run = await command.load();
  return run(rest);
}

/** Whoever reads the results may have enough of them: `recomp … | head`. */
function leaveQuietly(error: Error): void {
  if ('code' in error && error.code === 'EPIPE') process.exit(0);
  throw error;
}

/** What stands after `--` is for another program. */
function asksForHelp(words: readonly string[]): boolean {
  const end = words.indexOf('--');
  return (end < 0 ? words : words.slice(0, end)).some((word) => word === '--help' || word === '-h');
}
