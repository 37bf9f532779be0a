import { definePage } from '../command-page.ts';

export const recompilePage = definePage({
  name: 'recompile',
  usage: ['FILE -o PROGRAM [OPTION…]'],
  about: [
    'Makes a native program of one arm64 binary: an NRO, or a static ELF for Linux. It needs no workspace. What was made before of the same code comes from the local cache, so that doing it again, or with other names, takes little.',
    'With a C compiler the program is one file. Without one it is WebAssembly, and three: PROGRAM, which starts it with node, PROGRAM.mjs and PROGRAM.wasm.',
    'Instructions that recomp does not know stop nothing: they are counted, and the program ends with a message if it comes to one. To run it under a script and compare its pictures, write an automation.toml: `recomp help automate`.',
  ],
  options: [
    {
      name: 'output',
      short: 'o',
      value: 'PROGRAM',
      text: 'The program to write. What is there is replaced.',
    },
    {
      name: 'backend',
      value: 'KIND',
      words: ['auto', 'c', 'wasm'],
      text: 'What makes the program: a C compiler, nothing but node, or the first that there is. Default: auto.',
    },
    {
      name: 'names',
      value: 'FILE',
      text: 'Names of functions, in any format that `recomp names` reads.',
    },
    {
      name: 'opt-level',
      short: 'O',
      value: 'LEVEL',
      words: ['0', '1', '2', '3', 's'],
      text: 'How hard the C compiler tries. Default: 1.',
    },
    { name: 'cc', value: 'COMMAND', text: 'The C compiler. Default: cc.' },
    {
      name: 'keep',
      value: 'DIR',
      text: 'Leave the workspace that it is made in: the C files, and targets to go on with.',
    },
    { name: 'json', text: 'Print what was found and made as JSON.' },
    { name: 'jobs', short: 'j', value: 'N', text: 'Run at most N actions at once.' },
    {
      name: 'sandbox',
      value: 'MODE',
      words: ['auto', 'required', 'off'],
      text: 'How actions are kept to what they declare.',
    },
  ],
  examples: [
    ['recomp recompile game.nro -o game', 'and then: ./game'],
    ['recomp recompile busybox -o busybox-here -O2', 'slower to make, quicker to run'],
    ['recomp recompile game.nro -o game --keep game-src', 'to read the C, or go on with targets'],
  ],
  completes: 'files',
});
