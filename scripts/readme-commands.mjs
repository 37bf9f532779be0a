// The blocks of README.md, so that they can be tried as they stand there: `readme-commands.mjs NAME` prints one, `--json` all.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const text = readFileSync(fileURLToPath(new URL('../README.md', import.meta.url)), 'utf8');

/** Each fenced block: its language, and the note in the comment before it (`run: NAME` or `file: PATH`). */
const blocks = [...text.matchAll(/(?:<!-- (run|file): (\S+) -->\n)?```(\w*)\n([\s\S]*?)```/g)].map(
  ([, use = '', name = '', language = '', body = '']) => ({ use, name, language, body }),
);

const [wanted = ''] = process.argv.slice(2);
const found = blocks.find((block) => block.name === wanted);
if (wanted === '--json') process.stdout.write(JSON.stringify(blocks));
else if (found !== undefined) process.stdout.write(found.body);
else {
  process.stderr.write(`README.md has no block called ${wanted}\n`);
  process.exitCode = 1;
}
