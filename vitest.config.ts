import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Machines are noisy: a limit is there to end what hangs, not to measure. */
const timeouts = {
  testTimeout: 300_000,
  hookTimeout: 300_000,
  expect: { poll: { timeout: 120_000, interval: 20 } },
};

/** Tests of whole commands spawn the real bundle; it is built only when one of them is asked for. */
const wholeCommands = ['test/e2e/**/*.test.ts', 'test/fault/{kill,disk,journal,cache,parallel}*.test.ts'];

export default defineConfig({
  test: {
    // Much of the time goes by while programs are waited for: with one for each core but one, two cores would be idle by turns.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      { test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: wholeCommands, ...timeouts } },
      {
        test: {
          name: 'e2e',
          include: wholeCommands,
          globalSetup: ['test/support/global-setup.ts'],
          ...timeouts,
        },
      },
    ],
  },
});
