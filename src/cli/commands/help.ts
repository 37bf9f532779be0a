import type { Command } from '../command.ts';
import { unknownCommand } from '../unknown-command.ts';

/** `recomp help [COMMAND]`; parts of a command may have pages of their own. */
export async function helpCommand(commands: readonly Command[], argv: readonly string[]): Promise<number> {
  const [name, part] = argv.filter((word) => !word.startsWith('-'));
  if (name === undefined) return printOverview(commands);
  const { PAGES } = await import('../help/pages.ts');
  const page = PAGES.find((p) => p.name === `${name} ${part}`) ?? PAGES.find((p) => p.name === name);
  if (page === undefined) return unknownCommand(name, commands);
  const { renderPage } = await import('../help/render-page.ts');
  process.stdout.write(renderPage(page));
  return 0;
}

export async function printOverview(commands: readonly Command[]): Promise<number> {
  const { renderOverview } = await import('../help/render-overview.ts');
  process.stdout.write(renderOverview(commands));
  return 0;
}
