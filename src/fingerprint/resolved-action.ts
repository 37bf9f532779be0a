import type { OutputDecl } from '../model/action.ts';
import type { Digest, Sha256 } from '../model/digest.ts';
import type { TreeContent } from '../model/result.ts';

export interface ToolIdentity {
  readonly name: string;
  readonly version: string;
  readonly digest: Sha256;
}

/** An input whose content is known; `path` is where the action finds it, relative to the execution root. */
export type ResolvedInput =
  | { readonly kind: 'file'; readonly path: string; readonly digest: Digest; readonly executable: boolean }
  /** `rootDigest` must be that of `content`. */
  | {
      readonly kind: 'tree';
      readonly path: string;
      readonly rootDigest: Digest;
      readonly content: TreeContent;
    };

/** An action with everything known that can make its result differ. No input may lie at or inside another. */
export interface ResolvedAction {
  readonly argv: readonly string[];
  /** As declared; what every action gets is added. */
  readonly env: Readonly<Record<string, string>>;
  readonly inputs: readonly ResolvedInput[];
  readonly outputs: readonly OutputDecl[];
  readonly timeoutMs?: number;
  readonly network: boolean;
  readonly doNotCache: boolean;
  readonly platform?: Readonly<Record<string, string>>;
  /** Identity of the base system the action sees: arch, libc, … */
  readonly base: Readonly<Record<string, string>>;
  readonly tools: readonly ToolIdentity[];
}
