import type { Json } from '../base/canonical-json.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import { compareCodePoints } from '../base/order.ts';
import type { Label } from '../model/label.ts';

/**
 * What a workspace's files say, before any rule has made actions of it: enough to ask what depends on what. Targets are numbers,
 * in label order; edges lie in one array, because there are many.
 */
export interface DeclaredGraph {
  readonly labels: readonly Label[];
  readonly rules: readonly DeclaredRule[];
  /** By target, an index into `rules`. */
  readonly ruleOf: Uint32Array;
  readonly packages: readonly string[];
  /** By target, an index into `packages`. */
  readonly packageOf: Uint32Array;
  /** Target `i` depends on `deps[depStarts[i] … depStarts[i + 1]]`, each once, in the order of the file. */
  readonly depStarts: Uint32Array;
  readonly deps: Uint32Array;
  /** The rest of a target, read when it is asked for. */
  details(target: number): DeclaredDetails;
  /** Mistakes, by the package they are in; without one: they are the whole workspace's. */
  readonly faults: readonly PackageFault[];
}

export interface DeclaredRule {
  readonly name: string;
  readonly test: boolean;
  readonly stage?: string;
}

export interface DeclaredDetails {
  /** Workspace-relative. */
  readonly file: string;
  /** As written, with defaults merged in and labels in full. */
  readonly attributes: Readonly<Record<string, Json>>;
}

export interface PackageFault {
  readonly pkg?: string;
  readonly diagnostic: Diagnostic;
}

export function indexOfLabel({ labels }: Pick<DeclaredGraph, 'labels'>, label: string): number | undefined {
  let low = 0;
  let high = labels.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const order = compareCodePoints(labels[middle] ?? '', label);
    if (order === 0) return middle;
    if (order < 0) low = middle + 1;
    else high = middle - 1;
  }
  return undefined;
}

export const depsOf = ({ deps, depStarts }: DeclaredGraph, target: number): Uint32Array =>
  deps.subarray(depStarts[target], depStarts[target + 1]);
