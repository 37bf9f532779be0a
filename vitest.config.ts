import { defineConfig } from 'vitest/config';

/** Machines are noisy: a limit is there to end what hangs, not to measure. */
const timeouts = { testTimeout: 120_000, hookTimeout: 120_000 };

/** Tests of whole commands spawn the real bundle; it is built only when one of them is asked for. */
const wholeCommands = ['test/e2e/**/*.test.ts', 'test/fault/{kill,disk,journal,cache,parallel}*.test.ts'];

export default defineConfig({
  test: {
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
