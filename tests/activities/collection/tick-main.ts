import { dunningPhases } from '#activities/collection/dunning-phases';
import { createSandboxProvider } from '#payments/sandbox/client';
import { createPool } from '#prisma/pool';
import { runTick, slotAt } from './world.ts';

/** One dunning tick as a process that can be killed: database, provider's address, slot. */
const [databaseUrl = '', providerUrl = '', slot = ''] = process.argv.slice(2);
const db = createPool({
  url: databaseUrl,
  role: 'worker',
  max: 4,
  applicationName: 'killed-tick',
  lockTimeoutMs: 20_000,
  statementTimeoutMs: 21_000,
  queryTimeoutMs: 22_000,
});
const providers = new Map([['sandbox', createSandboxProvider({ url: providerUrl, timeoutMs: 20_000 })]]);
await runTick(dunningPhases(db, providers, []), slotAt(slot));
await db.end();
