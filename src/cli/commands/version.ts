import { RECOMP_VERSION } from '../../base/version.ts';

export async function versionCommand(): Promise<number> {
  process.stdout.write(`recomp ${RECOMP_VERSION}\n`);
  return 0;
}
