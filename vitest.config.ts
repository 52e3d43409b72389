import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Rules without services: these files share a process, since each would otherwise take longer to start than to run. */
const pure = ['tests/domain/**/*.test.ts', 'tests/portal/*.test.ts'];

export default defineConfig({
  // The marker of the portal's services throws outside of a server bundle.
  resolve: { alias: { 'server-only': resolve(import.meta.dirname, 'node_modules/server-only/empty.js') } },
  test: {
    // Threads crash in Temporal's native module. While one file waits for its services the other's run.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 30_000,
    restoreMocks: true,
    // A busy machine can make what is waited for late; Vitest's own second is no promise of ours.
    expect: { poll: { timeout: 20_000 } },
    projects: [
      { extends: true, test: { name: 'pure', include: pure, isolate: false, sequence: { groupOrder: 0 } } },
      {
        extends: true,
        test: {
          name: 'services',
          include: ['tests/**/*.test.ts'],
          exclude: pure,
          globalSetup: ['tests/global-setup.ts'],
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
