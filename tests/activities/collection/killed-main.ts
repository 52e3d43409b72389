import { executeStaffCommand } from '#activities/commands/execute-staff-command';
import { settleStaffCommand } from '#activities/commands/settle-staff-command';
import { dunningPhases } from '#activities/collection/dunning-phases';
import { createSandboxProvider } from '#payments/sandbox/client';
import { createPool } from '#prisma/pool';
import { runTick, slotAt } from './world.ts';

/** Work with money as a process that can be killed: database, provider's address, then `tick SLOT` or `command ORG ID`. */
const [databaseUrl = '', providerUrl = '', what = '', named = '', id = ''] = process.argv.slice(2);
const db = createPool({
  url: databaseUrl,
  role: 'worker',
  max: 4,
  applicationName: 'killed',
  lockTimeoutMs: 20_000,
  statementTimeoutMs: 21_000,
  queryTimeoutMs: 22_000,
});
const providers = new Map([['sandbox', createSandboxProvider({ url: providerUrl, timeoutMs: 20_000 })]]);
if (what === 'tick') {
  const slot = slotAt(named);
  await runTick(
    dunningPhases(db, providers, [], () => slot.at),
    slot,
  );
} else {
  const { mustSettle } = await executeStaffCommand(db, { orgId: named, id });
  if (mustSettle) await settleStaffCommand({ db, providers, notify: [], now: Date.now }, { orgId: named, id });
}
await db.end();
