import { RECOMP_VERSION } from '../base/version.ts';
import type { RemoteForm } from '../ports/executor.ts';
import { requestMetadata } from '../protocol/request-metadata.ts';

/** What a call is made for, as servers are told. */
export interface CallAbout {
  /** The action's key. */
  readonly actionId: string;
  readonly target: string;
  readonly mnemonic: string;
}

/** `invocation`: the same for all calls of a build. */
export const aboutUs = (
  invocation: string,
  { actionId = '', target = '', mnemonic = '' }: Partial<CallAbout> = {},
): Buffer =>
  requestMetadata.encode({
    tool: 'recomp',
    toolVersion: RECOMP_VERSION,
    actionId,
    invocationId: invocation,
    mnemonic,
    target,
  });

export const aboutAction = (
  actionId: string,
  { target, mnemonic }: Pick<RemoteForm, 'target' | 'mnemonic'>,
): CallAbout => ({ actionId, target, mnemonic });
