import type { Digest, Sha256 } from '../model/digest.ts';
import { digestBytes, sha256 } from './digest-bytes.ts';
import { encodeAction, MessageSink } from './message-sink.ts';
import type { ResolvedAction, ResolvedInput } from './resolved-action.ts';
import { treeOf } from './tree.ts';
import { walkAction } from './walk-action.ts';

export interface ActionKey {
  /** SHA-256 of the Action message. */
  readonly key: Sha256;
  /** Of that message, in bytes. */
  readonly size: number;
  /** Between them they cover everything: the key changes if and only if one of these does. */
  readonly parts: { readonly inputs: Sha256; readonly command: Sha256; readonly tools: Sha256 };
}

/** The messages a Remote Execution server is sent. */
export interface ActionMessages {
  readonly key: Sha256;
  readonly action: Uint8Array;
  readonly actionDigest: Digest;
  readonly command: Uint8Array;
  readonly commandDigest: Digest;
  readonly inputRoot: Digest;
  /** Every Directory message of the inputs, by hash. */
  readonly directories: ReadonlyMap<Sha256, Uint8Array>;
}

/** The key alone: nothing is kept. */
export function actionKey(action: ResolvedAction): ActionKey {
  const messages = new MessageSink();
  walkAction(action, messages);
  const full = messages.action(digestBytes(messages.command()), messages.inputRoot());
  const { command, timeoutMs, doNotCache, platform } = full;
  const withoutRest = { command, doNotCache, platform, ...(timeoutMs !== undefined && { timeoutMs }) };
  const { hash: key, size } = digestBytes(encodeAction(full));
  return {
    key,
    size,
    parts: {
      inputs: full.inputRoot.hash,
      command: sha256(encodeAction(withoutRest)),
      tools: sha256(full.salt),
    },
  };
}

/** The same key with everything it is made of. */
export function actionMessages(action: ResolvedAction): ActionMessages {
  const messages = new MessageSink();
  walkAction(action, messages);
  const directories = new Map<Sha256, Uint8Array>();
  const inputRoot = messages.inputRoot((digest, bytes) =>
    directories.set(digest.hash, new Uint8Array(bytes)),
  );
  for (const input of action.inputs) if (input.kind === 'tree') addTree(directories, input);
  const command = new Uint8Array(messages.command());
  const commandDigest = digestBytes(command);
  const bytes = new Uint8Array(encodeAction(messages.action(commandDigest, inputRoot)));
  const actionDigest = digestBytes(bytes);
  return {
    key: actionDigest.hash,
    action: bytes,
    actionDigest,
    command,
    commandDigest,
    inputRoot,
    directories,
  };
}

function addTree(into: Map<Sha256, Uint8Array>, input: Extract<ResolvedInput, { kind: 'tree' }>): void {
  const tree = treeOf(input.content);
  if (tree.rootDigest.hash !== input.rootDigest.hash)
    throw new Error(`not the digest of its content: ${input.path}`);
  for (const [hash, bytes] of tree.directories) into.set(hash, bytes);
}
