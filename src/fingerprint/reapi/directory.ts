import type { Digest } from '../../model/digest.ts';
import { WireReader } from '../wire-reader.ts';
import type { WireWriter } from '../wire-writer.ts';
import { demand, readDigest, writeDigest } from './digest.ts';

export interface FileNode {
  readonly name: string;
  readonly digest: Digest;
  readonly executable: boolean;
}

export interface DirectoryNode {
  readonly name: string;
  readonly digest: Digest;
}

export interface SymlinkNode {
  readonly name: string;
  readonly target: string;
}

/** One folder's entries. To be canonical each list must be sorted by name, and no name may occur twice. */
export interface DirectoryMessage {
  readonly files: readonly FileNode[];
  readonly directories: readonly DirectoryNode[];
  readonly symlinks: readonly SymlinkNode[];
}

/** Directory { files 1, directories 2, symlinks 3 }. */
export function writeDirectory(writer: WireWriter, directory: DirectoryMessage): void {
  for (const file of directory.files) {
    const start = writer.open(1);
    writer.text(1, file.name);
    writeDigest(writer, 2, file.digest);
    writer.flag(4, file.executable);
    writer.close(start);
  }
  for (const child of directory.directories) {
    const start = writer.open(2);
    writer.text(1, child.name);
    writeDigest(writer, 2, child.digest);
    writer.close(start);
  }
  for (const link of directory.symlinks) {
    const start = writer.open(3);
    writer.text(1, link.name);
    writer.text(2, link.target);
    writer.close(start);
  }
}

/** Undefined: damaged, or a name that is no file name, or one that occurs twice. */
export function readDirectory(bytes: Uint8Array): DirectoryMessage | undefined {
  const reader = new WireReader(bytes);
  const files: FileNode[] = [];
  const directories: DirectoryNode[] = [];
  const symlinks: SymlinkNode[] = [];
  while (reader.next()) {
    if (reader.field === 1) files.push(readFileNode(reader));
    else if (reader.field === 2) directories.push(readDirectoryNode(reader));
    else if (reader.field === 3) symlinks.push(readSymlinkNode(reader));
  }
  const names = [...files, ...directories, ...symlinks].map((node) => node.name);
  const good = reader.sound && names.every(isFileName) && new Set(names).size === names.length;
  return good ? { files, directories, symlinks } : undefined;
}

function readFileNode(parent: WireReader): FileNode {
  const reader = parent.message();
  let name = '';
  let digest: Digest | undefined;
  let executable = false;
  while (reader.next()) {
    if (reader.field === 1) name = reader.text();
    else if (reader.field === 2) digest = readDigest(reader);
    else if (reader.field === 4) executable = reader.flag();
  }
  return { name, digest: demand(reader, digest), executable };
}

function readDirectoryNode(parent: WireReader): DirectoryNode {
  const reader = parent.message();
  let name = '';
  let digest: Digest | undefined;
  while (reader.next()) {
    if (reader.field === 1) name = reader.text();
    else if (reader.field === 2) digest = readDigest(reader);
  }
  return { name, digest: demand(reader, digest) };
}

function readSymlinkNode(parent: WireReader): SymlinkNode {
  const reader = parent.message();
  let name = '';
  let target = '';
  while (reader.next()) {
    if (reader.field === 1) name = reader.text();
    else if (reader.field === 2) target = reader.text();
  }
  return { name, target };
}

const isFileName = (name: string): boolean =>
  name !== '' && name !== '.' && name !== '..' && !name.includes('/') && !name.includes('\0');
