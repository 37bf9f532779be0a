import { RECOMP_VERSION } from '../../base/version.ts';

/** `recomp version`, `recomp --version`. What checks the words is loaded only when there are any. */
export async function versionCommand(argv: readonly string[]): Promise<number> {
  if (argv.length === 0) {
    process.stdout.write(`recomp ${RECOMP_VERSION}\n`);
    return 0;
  }
  const { readWords } = await import('../read-words.ts');
  const { versionPage } = await import('../help/pages/version.ts');
  const { usageFault } = await import('../usage-fault.ts');
  const words = readWords(versionPage, argv);
  if (typeof words === 'string') return usageFault('version', words);
  if (words.positionals.length > 0)
    return usageFault('version', `it takes no words: ${words.positionals.join(' ')} is too much`);
  const { platform, arch } = process;
  const facts = { recomp: RECOMP_VERSION, node: process.version, platform, arch };
  process.stdout.write(
    words.has('json') ? `${JSON.stringify(facts, null, 2)}\n` : `recomp ${RECOMP_VERSION}\n`,
  );
  return 0;
}
