import { storageFailure } from '../engine/storage-failure.ts';

const OWN_FOLDER = /\/(?:\.recomp|recomp-out)(?:\/|$)/;
const OWN_FOLDERS =
  'a build keeps its state in .recomp and what it makes in recomp-out, both in the workspace: work in a copy that you may write to';

/** An error that nobody expected, in words; the exit code. What the system refused is the machine's fault, all else recomp's; for a caller both mean that it was not what it asked for. */
export function lastWords(error: unknown): number {
  const refused = storageFailure(error);
  if (refused?.kind === 'storage') {
    process.stderr.write(`recomp: ${refused.message}\n`);
    if (isReadOnly(error) && OWN_FOLDER.test(refused.path ?? ''))
      process.stderr.write(`recomp: ${OWN_FOLDERS}\n`);
    return 4;
  }
  const text =
    error instanceof Error ? (process.env['RECOMP_DEBUG'] ? error.stack : error.message) : String(error);
  process.stderr.write(
    `recomp: this is a bug of recomp's own: ${text}\nrecomp: RECOMP_DEBUG=1 shows where; nothing that was built is lost\n`,
  );
  return 4;
}

const isReadOnly = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  (error.code === 'EACCES' || error.code === 'EPERM' || error.code === 'EROFS');
