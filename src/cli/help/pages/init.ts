import { definePage } from '../command-page.ts';

export const initPage = definePage({
  name: 'init',
  usage: ['[OPTION…] [DIR]'],
  about: [
    'Writes a first workspace into DIR (default: the current folder): recomp.toml, an example package `hello` that builds with nothing but a shell, and a .gitignore. A .gitignore that is there is added to; other files are never touched: if one is in the way, nothing is written.',
  ],
  options: [{ name: 'no-example', text: 'Only recomp.toml and .gitignore.' }],
  examples: [
    ['recomp init demo', 'a workspace in the new folder demo'],
    ['recomp init --no-example', 'makes the current folder a workspace'],
  ],
  completes: 'files',
});
