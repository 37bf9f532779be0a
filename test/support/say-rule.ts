/** A rule package whose rule says a word that a file beside it exports. */
export const SAY_RULE: Readonly<Record<string, string>> = {
  'rules/say.mjs': `import { defineRule } from 'recomp/rules';
import { word } from './word.mjs';
export default [defineRule({
  name: 'say',
  summary: 'Says a word.',
  attributes: {},
  implement(ctx) {
    const said = ctx.output('said.txt');
    ctx.action({ mnemonic: 'Say', argv: ['sh', '-c', 'echo ' + word + ' > recomp-out/said.txt'], outputs: [said] });
    ctx.provide({ files: [said] });
  },
})];
`,
  'rules/word.mjs': sayWord('one'),
};

export function sayWord(word: string): string {
  return `export const word = ${JSON.stringify(word)};\n`;
}
