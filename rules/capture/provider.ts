import { z } from '../../src/rule-api/index.ts';

/** What a program showed and played: frames, audio and their hashes in one folder, or frames and audio at places of their own. */
export const captureProvider = z.strictObject({
  folder: z.string(),
  frames: z.string().optional(),
  audio: z.string().optional(),
});
