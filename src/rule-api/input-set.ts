import type { Arg, InputRef } from '../model/action.ts';
import type { FileHandle, Word } from './handles.ts';

/** Gathers an action's inputs from the words that name them, and turns those words into what is stored. */
export interface InputSet {
  readonly refs: readonly InputRef[];
  readonly tools: ReadonlySet<string>;
  add(handle: FileHandle): number;
  addTool(name: string): void;
  /** As words of a command line. */
  words(word: Word): Arg[];
  /** As one text: paths are joined by a space. */
  text(word: Word): Arg;
}

/** `own` are the action's outputs: naming one does not make it an input. */
export function inputSet(own: ReadonlySet<string>): InputSet {
  const refs: InputRef[] = [];
  const indexes = new Map<string, number>();
  const tools = new Set<string>();

  const add = (handle: FileHandle): number => {
    const key = handle.kind === 'group' ? `${handle.owner} ${handle.template}` : handle.path;
    const known = indexes.get(key);
    if (known !== undefined) return known;
    // Lines may name inputs of their own, so the list is complete only after them.
    const ref = toRef(handle);
    indexes.set(key, refs.length);
    return refs.push(ref) - 1;
  };
  const toRef = (handle: FileHandle): InputRef => {
    if (handle.kind === 'output') return { kind: 'output', path: handle.path };
    if (handle.kind !== 'inline') return handle;
    const { kind, path, executable } = handle;
    const lines = handle.lines.flatMap(words);
    return executable ? { kind, path, lines, executable } : { kind, path, lines };
  };
  const path = (handle: FileHandle, prefix: string): Arg => {
    if (isStatic(handle)) {
      if (!own.has(handle.path)) add(handle);
      return prefix + handle.path;
    }
    const paths = [add(handle)];
    return prefix === '' ? { paths } : { paths, prefix };
  };
  const words = (word: Word): Arg[] => {
    if (typeof word === 'string') return [word];
    if ('prefix' in word) return word.files.map((f) => path(f, word.prefix));
    if (isList(word)) return word.map((f) => path(f, ''));
    if (word.kind !== 'host-tool') return [path(word, '')];
    tools.add(word.name);
    return [word.name];
  };
  const text = (word: Word): Arg => {
    const parts = words(word);
    if (parts.every((p) => typeof p === 'string')) return parts.join(' ');
    const { files, prefix } = filesOf(word);
    if (files.some((f) => f.kind !== 'group' && own.has(f.path))) {
      throw new Error('an environment variable cannot hold a group and an output of the same action');
    }
    const paths = files.map(add);
    return prefix === '' ? { paths } : { paths, prefix };
  };
  return { refs, tools, add, addTool: (name) => tools.add(name), words, text };
}

type StaticHandle = Exclude<FileHandle, { kind: 'group' }>;

/** Known as text before anything has run; `$(` would be taken for a template's item. */
const isStatic = (handle: FileHandle): handle is StaticHandle =>
  handle.kind !== 'group' && !handle.path.includes('$(');

const isList = (word: Word): word is readonly FileHandle[] => Array.isArray(word);

function filesOf(word: Word): { files: readonly FileHandle[]; prefix: string } {
  if (typeof word === 'string') return { files: [], prefix: '' };
  if ('prefix' in word) return word;
  if (isList(word)) return { files: word, prefix: '' };
  return word.kind === 'host-tool' ? { files: [], prefix: '' } : { files: [word], prefix: '' };
}
