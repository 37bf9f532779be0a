import type { Diagnostic } from '../base/diagnostic.ts';
import type { Label } from './label.ts';

// `blame` tells who can mend it: what the user wrote or changed, the machine, recomp and its services, or a policy.

/** Why an action did not succeed. */
export type ActionFailure =
  | { readonly kind: 'exit'; readonly blame: 'input'; readonly exitCode: number }
  | { readonly kind: 'signal'; readonly blame: 'input'; readonly signal: string }
  | { readonly kind: 'timeout'; readonly blame: 'input'; readonly limitMs: number }
  | { readonly kind: 'missing-output'; readonly blame: 'input'; readonly paths: readonly string[] }
  | { readonly kind: 'bad-output'; readonly blame: 'input'; readonly path: string; readonly problem: string }
  | {
      readonly kind: 'pin-mismatch';
      readonly blame: 'input';
      readonly path: string;
      readonly expected: string;
      readonly actual: string;
    }
  | { readonly kind: 'not-deterministic'; readonly blame: 'input'; readonly paths: readonly string[] }
  | {
      readonly kind: 'path-with-space';
      readonly blame: 'input';
      readonly path: string;
      readonly variable: string;
    }
  /** `isThere`: something is, that is no file. */
  | {
      readonly kind: 'input-missing';
      readonly blame: 'input';
      readonly path: string;
      readonly isThere?: true;
    }
  | { readonly kind: 'input-changed'; readonly blame: 'input'; readonly path: string }
  | { readonly kind: 'input-modified'; readonly blame: 'input'; readonly paths: readonly string[] }
  /** Without `command`: nobody declared the tool. `problem`: what is there cannot be it. */
  | {
      readonly kind: 'tool-missing';
      readonly blame: 'environment';
      readonly tool: string;
      readonly command?: string;
      readonly problem?: string;
    }
  | {
      readonly kind: 'sandbox';
      readonly blame: 'environment' | 'infrastructure';
      readonly message: string;
      readonly help?: string;
    }
  /** No machine would run it. */
  | {
      readonly kind: 'executor';
      readonly blame: 'infrastructure';
      readonly message: string;
      readonly help: string;
    }
  | {
      readonly kind: 'storage';
      readonly blame: 'infrastructure';
      readonly message: string;
      readonly path?: string;
    }
  | { readonly kind: 'cancelled'; readonly blame: 'environment' };

/** Why a command could not even start to run actions. */
export type CommandFailure =
  | { readonly kind: 'diagnostics'; readonly blame: 'input'; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: 'usage'; readonly blame: 'input'; readonly message: string; readonly help?: string }
  | {
      readonly kind: 'infrastructure';
      readonly blame: 'infrastructure';
      readonly message: string;
      readonly help?: string;
    }
  | {
      readonly kind: 'policy';
      readonly blame: 'policy';
      readonly message: string;
      readonly label?: Label;
      readonly help?: string;
    };
