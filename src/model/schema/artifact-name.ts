import { z } from 'zod';

/** How artifacts are named wherever a record mentions one: by content, so that the name cannot come to mean something else. */
export const artifactName = z
  .string()
  .regex(/^artifact:\/\/sha256:[0-9a-f]{64}$/)
  .describe('An artifact, by its digest: artifact://sha256:….');
