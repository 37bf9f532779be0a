// The blocks of README.md, so that they can be tried as they stand there: `readme-commands.mjs NAME [FILE]` prints one of FILE or of
// README.md, `--json [FILE]` all.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const [wanted = '', file = 'README.md'] = process.argv.slice(2);
const text = readFileSync(fileURLToPath(new URL(`../${file}`, import.meta.url)), 'utf8');

/** Each fenced block: its language, and the note in the comment before it (`run: NAME` or `file: PATH`). */
const blocks = [...text.matchAll(/(?:<!-- (run|file): (\S+) -->\n)?```(\w*)\n([\s\S]*?)```/g)].map(
  ([, use = '', name = '', language = '', body = '']) => ({ use, name, language, body }),
);

const found = blocks.find((block) => block.name === wanted);
if (wanted === '--json') process.stdout.write(JSON.stringify(blocks));
else if (found !== undefined) process.stdout.write(found.body);
else {
  process.stderr.write(`${file} has no block called ${wanted}\n`);
  process.exitCode = 1;
}
