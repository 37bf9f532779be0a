import { defineConfig } from 'vitest/config';

/** Machines are noisy: a limit is there to end what hangs, not to measure. */
const timeouts = { testTimeout: 120_000, hookTimeout: 120_000 };

/** Tests of whole commands spawn the real bundle; it is built only when one of them is asked for. */
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: ['test/e2e/**'], ...timeouts } },
      { test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], globalSetup: ['test/support/global-setup.ts'], ...timeouts } },
    ],
  },
});
