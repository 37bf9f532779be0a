import {
  chmodSync,
  closeSync,
  fstatSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
} from 'node:fs';
import { OUTPUT_DIR } from '../../model/exec-paths.ts';
import { emptyFolder, removeAny } from './remove.ts';

/** Where things are in a slot's folder. */
export interface SlotPaths {
  readonly path: string;
  /** The execution root. */
  readonly work: string;
  /** Where outputs lie: this folder is mounted and therefore never replaced. */
  readonly out: string;
  readonly tmp: string;
  readonly home: string;
  readonly bin: string;
  readonly stdout: string;
  readonly stderr: string;
}

export const slotPaths = (path: string): SlotPaths => ({
  path,
  work: `${path}/work`,
  out: `${path}/work/${OUTPUT_DIR}`,
  tmp: `${path}/tmp`,
  home: `${path}/home`,
  bin: `${path}/bin`,
  stdout: `${path}/stdout`,
  stderr: `${path}/stderr`,
});

/** One slot's place on disk, used by one action after the other; what is in it besides these folders is the action's. */
export class SlotFolder {
  readonly paths: SlotPaths;
  readonly stdoutFd: number;
  readonly stderrFd: number;

  constructor(path: string) {
    this.paths = slotPaths(path);
    const { work, out, tmp, home, bin, stdout, stderr } = this.paths;
    mkdirSync(path, { mode: 0o700 });
    for (const folder of [work, out, tmp, home, bin]) makeFolder(folder);
    // Appending, so that cutting them to nothing between actions is all it takes to use them again.
    this.stdoutFd = openSync(stdout, 'a', 0o644);
    this.stderrFd = openSync(stderr, 'a', 0o644);
  }

  hasStdout(): boolean {
    return fstatSync(this.stdoutFd).size > 0;
  }

  hasStderr(): boolean {
    return fstatSync(this.stderrFd).size > 0;
  }

  /** For the next action: empty streams, TMPDIR and HOME. */
  refresh(): void {
    if (this.hasStdout()) ftruncateSync(this.stdoutFd);
    if (this.hasStderr()) ftruncateSync(this.stderrFd);
    for (const folder of [this.paths.tmp, this.paths.home, this.paths.out]) {
      if (isRealFolder(folder)) {
        if (readdirSync(folder).length > 0) emptyFolder(folder);
      } else {
        removeAny(folder);
        makeFolder(folder);
      }
    }
  }

  closeStreams(): void {
    closeSync(this.stdoutFd);
    closeSync(this.stderrFd);
  }

  remove(): void {
    this.closeStreams();
    removeAny(this.paths.path);
  }
}

/** An action sees these modes: they do not depend on the umask. */
function makeFolder(path: string): void {
  mkdirSync(path);
  chmodSync(path, 0o755);
}

/** Without mounts an action can put anything in a folder's place. */
const isRealFolder = (path: string): boolean =>
  lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
