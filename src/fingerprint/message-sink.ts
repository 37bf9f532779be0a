import { canonicalJson } from '../base/canonical-json.ts';
import type { Digest } from '../model/digest.ts';
import { addLeaf, digestFolder, newFolder, type OnDirectory } from './merkle.ts';
import { type ActionMessage, writeAction } from './reapi/action.ts';
import { writeCommand } from './reapi/command.ts';
import type { ResolvedInput, ToolIdentity } from './resolved-action.ts';
import type { KeySink } from './walk-action.ts';
import { WireWriter } from './wire-writer.ts';

/** The hashing sink: gathers what the traversal tells into the three messages. */
export class MessageSink implements KeySink {
  readonly #words: string[] = [];
  readonly #variables: [string, string][] = [];
  readonly #files: string[] = [];
  readonly #directories: string[] = [];
  readonly #paths: string[] = [];
  readonly #platform: [string, string][] = [];
  readonly #base: [string, string][] = [];
  readonly #tools: ToolIdentity[] = [];
  readonly #root = newFolder();
  #format = 0;
  #network = false;
  #doNotCache = false;
  #timeoutMs: number | undefined;

  keyFormat(format: number): void {
    this.#format = format;
  }
  base(name: string, value: string): void {
    this.#base.push([name, value]);
  }
  tool(tool: ToolIdentity): void {
    this.#tools.push(tool);
  }
  network(allowed: boolean): void {
    this.#network = allowed;
  }
  argument(_index: number, word: string): void {
    this.#words.push(word);
  }
  variable(name: string, value: string): void {
    this.#variables.push([name, value]);
  }
  output(path: string, tree: boolean): void {
    (tree ? this.#directories : this.#files).push(path);
    this.#paths.push(path);
  }
  timeout(ms: number): void {
    this.#timeoutMs = ms;
  }
  doNotCache(value: boolean): void {
    this.#doNotCache = value;
  }
  platform(name: string, value: string): void {
    this.#platform.push([name, value]);
  }
  input(input: ResolvedInput): void {
    if (input.kind === 'tree') addLeaf(this.#root, input.path, { kind: 'subtree', digest: input.rootDigest });
    else addLeaf(this.#root, input.path, input);
  }

  inputRoot(onDirectory?: OnDirectory): Digest {
    return digestFolder(this.#root, onDirectory);
  }

  command(): Uint8Array {
    writeCommand(scratch.reset(), {
      arguments: this.#words,
      environment: this.#variables,
      outputFiles: this.#files,
      outputDirectories: this.#directories,
      outputPaths: this.#paths,
    });
    return scratch.view();
  }

  action(command: Digest, inputRoot: Digest) {
    return {
      command,
      inputRoot,
      doNotCache: this.#doNotCache,
      salt: this.#salt(),
      platform: this.#platform,
      ...(this.#timeoutMs !== undefined && { timeoutMs: this.#timeoutMs }),
    };
  }

  /** What the messages have no field for. */
  #salt(): string {
    const tools = this.#tools.map(({ name, version, digest }) => ({ name, version, digest }));
    const base = Object.fromEntries(this.#base);
    return canonicalJson({ base, key_format: this.#format, network: this.#network, tools });
  }
}

/** Overwritten by the next message. */
const scratch = new WireWriter();

export function encodeAction(message: ActionMessage): Uint8Array {
  writeAction(scratch.reset(), message);
  return scratch.view();
}
