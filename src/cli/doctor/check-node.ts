import { type Finding, fine } from './finding.ts';

const NEEDED = [20, 19] as const;

export function checkNode(version = process.versions.node): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const enough = major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1]);
  if (enough) return fine('node', version);
  const found = `${version}; recomp needs ${NEEDED.join('.')} or newer`;
  return {
    name: 'node',
    state: 'broken',
    blame: 'machine',
    found,
    help: 'https://nodejs.org has the current one',
  };
}
