import { definePage } from '../command-page.ts';

/** `recomp names` knows these; a test holds them against the table of formats, which would have to be loaded for help. */
const FORMATS = ['name_map', 'aflj', 'n64recomp', 'xenonrecomp', 'csv', 'dtk', 'splat', 'ghidra'] as const;

export const namesPage = definePage({
  name: 'names',
  usage: [
    'import FILE… [--into MAP | --out FILE] [--format FORMAT] [--offset ±0xN] [--keep ADDR,…] [--boundaries]',
    'export MAP --format FORMAT [--out FILE]',
    'merge MAP MAP… [--out FILE] [--prefer evidence|first|last]',
    'check MAP… [--analysis FILE] [--least-evidence NUMBER]',
  ],
  about: [
    'Name maps in the formats that people and programs exchange: name_map.json, rizin’s and radare2’s aflj, N64Recomp’s and XenonRecomp’s TOML, PS2Recomp’s CSV, decomp-toolkit’s symbols.txt, splat’s symbol_addrs.txt, and what Ghidra’s ImportSymbolsScript reads.',
    'import: reads names of other tools as a name_map.json. Names that a tool made of an address (FUN_…, sub_…, LAB_…, DAT_…) are dropped, unless --keep or the map of --into lists the address. With --into the names are merged into that map, and what stands in it counts more.',
    'export: writes a name map in another format, and tells what that has no place for.',
    'merge: one map of several. Where two differ, the surer name stays (evidence), or that of the first or last map; both sides and the reason are told.',
    'check: tells functions that claim the same bytes, names that stand at two addresses, boundaries and jump tables that no program can have (with --analysis: that this program does not have), and with --least-evidence names that too little speaks for; exit code 1 if there are any.',
  ],
  options: [
    {
      name: 'format',
      short: 'f',
      value: 'FORMAT',
      text: 'import: what the files are written in; by default what they look like. export: what is written.',
      words: FORMATS,
    },
    { name: 'out', short: 'o', value: 'FILE', text: 'Where the result goes. Default: standard output.' },
    { name: 'into', value: 'MAP', text: 'import: merge into this name_map.json; it may not be there yet.' },
    {
      name: 'offset',
      value: '±0xN',
      text: 'import: added to every address, for tools that load the program elsewhere: --offset=-0x7100000000.',
    },
    { name: 'keep', value: 'ADDR,…', text: 'import: automatic names stay at these addresses.' },
    {
      name: 'boundaries',
      text: 'import: where an automatic name is dropped, the start of the function stays, without a name.',
    },
    {
      name: 'prefer',
      value: 'WHICH',
      text: 'merge: which name stays. Default: evidence.',
      words: ['evidence', 'first', 'last'],
    },
    { name: 'least-evidence', value: 'NUMBER', text: 'check: how sure each name has to be, from 0 to 1.' },
    {
      name: 'analysis',
      value: 'FILE',
      text: 'check: an analysis.json, which tells what of the map could not be followed.',
    },
    {
      name: 'json',
      text: 'Print what was done and decided as JSON; with import and merge, --out or --into is needed.',
    },
  ],
  examples: [
    ['recomp names import functions.csv --into name_map.json', 'takes over what Ghidra knows'],
    ['recomp names export name_map.json -f splat -o symbol_addrs.txt', 'the same names for another tool'],
    ['recomp names merge mine.json theirs.json -o name_map.json', 'says what it decided'],
    ['recomp names check name_map.json --least-evidence 0.5', 'which names are guesses?'],
  ],
  completes: ['import', 'export', 'merge', 'check'],
});
