// The commands of README.md, so that they can be tried as they stand there: `node scripts/readme-commands.mjs NAME` prints a block.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const README = fileURLToPath(new URL('../README.md', import.meta.url));

/** Every fenced block: its language, and the note in the comment before it (`run: NAME` or `file: PATH`). */
export function readmeBlocks(text = readFileSync(README, 'utf8')) {
  return [...text.matchAll(/(?:<!-- (run|file): (\S+) -->\n)?```(\w*)\n([^]*?)```/g)].map(([, use, name, language, body]) => ({ use, name, language, body }));
}

export function readmeBlock(name, text) {
  const found = readmeBlocks(text).find((block) => block.name === name);
  if (found === undefined) throw new Error(`README.md has no block called ${name}`);
  return found.body;
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) process.stdout.write(readmeBlock(process.argv[2] ?? ''));
