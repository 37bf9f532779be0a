import { resolve } from 'node:path';
import { parentPath } from '../workspace/safe-path.ts';
import type { LoadedAutomation } from './load-automation.ts';
import { isProprietary, type ProvenanceInput } from './provenance-shape.ts';
import { plainPath } from './sources.ts';

/** A file that must stay out of everything that is tracked, cached or shared. */
export interface ProprietaryFile {
  /** Absolute. */
  readonly file: string;
  readonly sha256: string;
  /** As its provenance says, if it does. */
  readonly size?: number;
}

/** What the provenance of a loop calls proprietary. */
export function proprietaryFiles(root: string, pkg: string, loaded: LoadedAutomation): ProprietaryFile[] {
  const { provenance } = loaded;
  return (provenance?.inputs ?? []).flatMap((input) =>
    provenance !== undefined && isProprietary(input, provenance)
      ? [
          {
            file: provenanceFile(root, pkg, loaded, input),
            sha256: input.sha256 ?? '',
            ...(input.size !== undefined && { size: input.size }),
          },
        ]
      : [],
  );
}

/** Where an input of `provenance.toml` lies: its paths are relative to that file. */
export const provenanceFile = (
  root: string,
  pkg: string,
  { config }: LoadedAutomation,
  { path = '' }: ProvenanceInput,
): string => resolve(root, pkg, parentPath(plainPath(config?.inputs?.provenance ?? '')), path);
