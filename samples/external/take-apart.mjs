// take-apart IMAGE MODULE: "TOY1", then an operation every four bytes: how many frames, and the colour they have.
import { readFileSync, writeFileSync } from 'node:fs';

const [image, module] = process.argv.slice(2);
const bytes = readFileSync(image);
if (bytes.toString('latin1', 0, 4) !== 'TOY1') throw new Error(`${image} is no toy image`);
const operations = [];
for (let at = 4; at + 4 <= bytes.length; at += 4) {
  const [frames, red, green, blue] = bytes.subarray(at, at + 4);
  operations.push({ frames, colour: [red, green, blue] });
}
writeFileSync(module, `${JSON.stringify({ schema_version: 1, operations }, null, 1)}\n`);
