import type { Digest } from '../model/digest.ts';
import type { ResolvedAction, ResolvedInput, ToolIdentity } from './resolved-action.ts';
import { type KeySink, walkAction } from './walk-action.ts';

export type KeyPart = 'inputs' | 'command' | 'tools';

/** One thing that makes the key, as people read it. `field` is unique within a key. */
export interface KeyField {
  readonly part: KeyPart;
  readonly field: string;
  readonly value: string;
}

/** Everything the key is made of: the explaining sink of the same traversal. */
export function describeKey(action: ResolvedAction): KeyField[] {
  const sink = new FieldSink();
  walkAction(action, sink);
  return sink.fields;
}

class FieldSink implements KeySink {
  readonly fields: KeyField[] = [];

  keyFormat(format: number): void {
    this.#add('tools', 'key format', String(format));
  }
  base(name: string, value: string): void {
    this.#add('tools', `base ${name}`, value);
  }
  tool(tool: ToolIdentity): void {
    this.#add('tools', `tool ${tool.name} version`, tool.version);
    this.#add('tools', `tool ${tool.name} digest`, tool.digest);
  }
  network(allowed: boolean): void {
    this.#add('tools', 'network', allowed ? 'allowed' : 'none');
  }
  argument(index: number, word: string): void {
    this.#add('command', `argv[${index}]`, word);
  }
  variable(name: string, value: string): void {
    this.#add('command', `env.${name}`, value);
  }
  output(path: string, tree: boolean): void {
    this.#add('command', `output ${path}`, tree ? 'directory' : 'file');
  }
  timeout(ms: number): void {
    this.#add('command', 'timeout', `${ms} ms`);
  }
  doNotCache(value: boolean): void {
    this.#add('command', 'cacheable', value ? 'no' : 'yes');
  }
  platform(name: string, value: string): void {
    this.#add('command', `platform.${name}`, value);
  }

  /** A directory's content is told one by one, so that a change inside it has a name. */
  input(input: ResolvedInput): void {
    if (input.kind === 'file') {
      this.#input(input.path, fileValue(input.digest, input.executable));
      return;
    }
    const { files, links, emptyDirs } = input.content;
    this.#input(`${input.path}/`, 'directory');
    for (const file of files)
      this.#input(`${input.path}/${file.path}`, fileValue(file.digest, file.executable));
    for (const link of links) this.#input(`${input.path}/${link.path}`, `link to ${link.target}`);
    for (const path of emptyDirs) this.#input(`${input.path}/${path}/`, 'directory');
  }

  #input(path: string, value: string): void {
    this.#add('inputs', `input ${path}`, value);
  }
  #add(part: KeyPart, field: string, value: string): void {
    this.fields.push({ part, field, value });
  }
}

const fileValue = (digest: Digest, executable: boolean): string =>
  `sha256 ${digest.hash}, ${digest.size} bytes${executable ? ', executable' : ''}`;
