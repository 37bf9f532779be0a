import { actionMessages } from '../fingerprint/action-key.ts';
import { digestBytes } from '../fingerprint/digest-bytes.ts';
import type { ActionDecl } from '../model/action.ts';
import type { BlobSource, RemoteForm, StagedInput, WireAction } from '../ports/executor.ts';
import type { PreparedAction } from './prepare-action.ts';

/**
 * An action as another machine may be given it. Undefined: it stays here, because it needs this machine (the session, the
 * network), or because its bytes are not for others (what is proprietary, and whatever lies outside the workspace).
 */
export function remoteForm(
  id: string,
  decl: ActionDecl,
  { action, resolved }: Pick<PreparedAction, 'action' | 'resolved'>,
  { fresh, mayStay }: Pick<RemoteForm, 'fresh' | 'mayStay'>,
): RemoteForm | undefined {
  const { local, home, network, inputs } = decl;
  if (local !== undefined || home !== undefined || network) return undefined;
  if (inputs.some((input) => input.kind === 'external')) return undefined;
  return {
    target: id.slice(0, id.indexOf('%')),
    mnemonic: decl.mnemonic,
    fresh,
    mayStay,
    wire: () => wireAction({ action, resolved }),
  };
}

function wireAction({ action, resolved }: Pick<PreparedAction, 'action' | 'resolved'>): WireAction {
  const messages = actionMessages(action);
  const blobs = new Map<string, BlobSource>();
  const add = (source: BlobSource): void => void blobs.set(source.digest.hash, source);
  const staged = new Map(resolved.staged.map((input) => [input.at, input]));
  for (const input of resolved.inputs) {
    const from = staged.get(input.path);
    if (!from) continue;
    if (input.kind === 'file') add(sourceOf(input.digest, from));
    else if (from.kind === 'tree')
      for (const file of input.content.files) add({ digest: file.digest, path: `${from.from}/${file.path}` });
  }
  for (const bytes of messages.directories.values()) add({ digest: digestBytes(bytes), bytes });
  add({ digest: messages.commandDigest, bytes: messages.command });
  add({ digest: messages.actionDigest, bytes: messages.action });
  return { action: messages.actionDigest, blobs };
}

const sourceOf = (digest: BlobSource['digest'], from: StagedInput): BlobSource =>
  from.kind === 'bytes' ? { digest, bytes: from.bytes } : { digest, path: from.from };
