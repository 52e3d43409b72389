import { defineConfig } from 'vitest/config';

/** The rules alone: they need no service. */
export default defineConfig({
  test: { include: ['tests/domain/billing/*.test.ts'], pool: 'forks', maxWorkers: 1 },
});
