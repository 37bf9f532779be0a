import { parseNameMap } from '../parse-name-map.ts';
import { printNameMap } from '../print-name-map.ts';
import { decompToolkit } from './decomp-toolkit.ts';
import type { NameFormat } from './format.ts';
import { functionCsv } from './function-csv.ts';
import { ghidraSymbols } from './ghidra-symbols.ts';
import { n64recomp } from './n64recomp.ts';
import { rizinFunctions } from './rizin-functions.ts';
import { splat } from './splat.ts';
import { xenonrecomp } from './xenonrecomp.ts';

const nameMap: NameFormat = {
  id: 'name_map',
  title: 'name_map.json',
  looksLike: (text) => /^\s*\[\s*(?:\]|\{[\s\S]{0,2000}?"address"\s*:)/.test(text),
  read: parseNameMap,
  print: printNameMap,
};

/** Those that say most about themselves first. */
export const NAME_FORMATS: readonly NameFormat[] = [
  nameMap,
  rizinFunctions,
  n64recomp,
  xenonrecomp,
  functionCsv,
  decompToolkit,
  splat,
  ghidraSymbols,
];

export const formatNamed = (id: string): NameFormat | undefined => NAME_FORMATS.find((f) => f.id === id);

/** What a text is written in, as far as one can see. */
export const formatOf = (text: string): NameFormat | undefined => NAME_FORMATS.find((f) => f.looksLike(text));
