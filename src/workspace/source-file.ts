import { nearest } from '../base/nearest.ts';
import type { PathKind, WorkspaceReader } from '../ports/file-reader.ts';
import {
  baseName,
  EXTERNAL_DIR,
  joinPath,
  OUTPUT_DIR,
  PACKAGE_FILES,
  parentPath,
  relativePathFault,
  WORKSPACE_FILE,
} from './safe-path.ts';
import { show } from './show-value.ts';
import type { ReportSource, SourceFault } from './source-report.ts';

/** The workspace-relative path of a file that a target names by a path relative to its package. */
export function findSource(
  reader: WorkspaceReader,
  packageDir: string,
  text: string,
  report: ReportSource,
): string | undefined {
  const fault = textFault(text);
  if (fault !== undefined) {
    report(fault);
    return undefined;
  }
  const path = joinPath(packageDir, text);
  const other = innerPackage(reader, packageDir, path);
  const problem =
    reservedFault(path) ??
    (other === undefined ? kindFault(reader, path, reader.kind(path), text) : crosses(path, other));
  if (problem === undefined) return path;
  report(problem);
  return undefined;
}

function textFault(text: string): SourceFault | undefined {
  if (text.startsWith(':') || text.startsWith('//')) {
    const help = `targets are named in \`deps\`: deps = [${show(text)}]`;
    return { code: 'source-is-label', message: `${show(text)} is a label, not a file of this package`, help };
  }
  const fault = relativePathFault(text);
  if (fault === undefined) return undefined;
  const leaves = fault === 'parent' || fault === 'absolute';
  return {
    code: leaves ? 'source-leaves-workspace' : 'bad-path',
    message: `${show(text)} ${PATH_FAULTS[fault].problem}`,
    help: PATH_FAULTS[fault].help,
  };
}

const PATH_FAULTS = {
  empty: { problem: 'names no file', help: 'write a path relative to this package' },
  control: { problem: 'holds control characters', help: 'rename the file' },
  backslash: { problem: 'holds a backslash', help: 'write / between folders' },
  absolute: {
    problem: 'is an absolute path',
    help: 'a file from outside the workspace is written { external = "/…" }',
  },
  parent: {
    problem: 'leaves its package by `..`',
    help: 'let the other package offer the file by a `filegroup` target, and name that in `deps`',
  },
  'not-normal': {
    problem: 'is not the shortest way to write its path',
    help: 'leave out `.`, double slashes and a slash at the end; a folder’s files are { glob = "dir/**" }',
  },
  'too-long': { problem: 'is too long', help: 'a path has at most 4096 characters' },
} as const;

function reservedFault(path: string): SourceFault | undefined {
  if (path.startsWith(`${OUTPUT_DIR}/`)) return inOutputs(path);
  if (!path.startsWith(`${EXTERNAL_DIR}/`)) return undefined;
  const message = `${path} lies in ${EXTERNAL_DIR}, a name that recomp itself uses`;
  return { code: 'reserved-path', message, help: 'move it to another folder' };
}

/** The innermost package, other than its own, whose folder the path lies in. */
function innerPackage(reader: WorkspaceReader, packageDir: string, path: string): string | undefined {
  for (let dir = parentPath(path); dir.length > packageDir.length; dir = parentPath(dir)) {
    const kind = reader.kind(dir);
    if (kind !== 'dir') continue;
    if ([...PACKAGE_FILES, WORKSPACE_FILE].some((name) => reader.kind(joinPath(dir, name)) === 'file'))
      return dir;
  }
  return undefined;
}

const crosses = (path: string, other: string): SourceFault => ({
  code: 'crosses-package',
  message: `${path} belongs to the package //${other}`,
  help: `let a target there offer it (rule = "filegroup"), and name that target in \`deps\`: "//${other}:…"`,
});

const inOutputs = (path: string): SourceFault => ({
  code: 'source-in-outputs',
  message: `${path} lies in ${OUTPUT_DIR}: it is made by a target, and is no source`,
  help: 'name the target that makes it in `deps`',
});

/** Absent: a file that can be taken. */
export function kindFault(
  reader: WorkspaceReader,
  path: string,
  kind: PathKind,
  text: string,
): SourceFault | undefined {
  switch (kind) {
    case 'file':
      return undefined;
    case 'dir':
      return {
        code: 'source-is-folder',
        message: `${path} is a folder`,
        help: `to take all files in it, write { glob = "${text}/**" }`,
      };
    case 'missing':
      return missing(reader, path, text);
    case 'leaves-workspace':
      return {
        code: 'source-leaves-workspace',
        message: `${path} is a link, or lies behind one, that leads out of the workspace`,
        help: 'copy the file into the workspace, or name it as { external = "/…" }',
      };
    case 'in-outputs':
      return inOutputs(path);
    case 'other':
      return {
        code: 'source-not-a-file',
        message: `${path} is neither a file nor a folder`,
        help: 'name a file',
      };
  }
}

/** All that there is to say where targets are not named. */
export const RELATIVE = 'paths are relative to the folder of this file';

function missing(reader: WorkspaceReader, path: string, text: string): SourceFault {
  const fault = { code: 'missing-source', message: `the file ${path} does not exist` };
  if (/[*?[{]/.test(text)) return { ...fault, help: `a pattern is written { glob = ${show(text)} }` };
  const folder = parentPath(path);
  const names = (reader.list(folder) ?? []).filter((e) => e.kind !== 'dir').map((e) => e.name);
  if (names.includes(baseName(path))) return danglingLink(path);
  const near = nearest(baseName(path), names);
  if (near !== undefined) return { ...fault, help: `there is ${joinPath(folder, near)}` };
  return { ...fault, help: `${RELATIVE}; what a target makes goes into \`deps\`` };
}

export const danglingLink = (path: string): SourceFault => ({
  code: 'missing-source',
  message: `${path} is a link to something that does not exist`,
  help: 'mend the link or remove it',
});
