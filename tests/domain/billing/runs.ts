import { vi } from 'vitest';

/** How often a property is tried: more when there is time. */
export const isLong = Boolean(process.env['LONG']);
export const runs = { numRuns: isLong ? 10_000 : 300 };
/** Where a test also shows that every case is reached: so often that none is missed by chance. */
export const thoroughRuns = { numRuns: isLong ? 10_000 : 3_000 };

if (isLong) vi.setConfig({ testTimeout: 300_000 });
