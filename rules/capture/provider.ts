import { z } from '../../src/rule-api/index.ts';

/** What a program showed and played: frames, audio and their hashes in one folder. */
export const captureProvider = z.strictObject({ folder: z.string() });
