import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findTemporal } from '#deploy/services/find-temporal';
import { holdTable } from '../faults/harness/hold-table.ts';
import { openLedger, type Ledger } from '../faults/harness/ledger.ts';
import { eventRequest, type Request } from '../faults/harness/plan.ts';
import { openRuns, type Runs } from '../faults/harness/runs.ts';
import type { Step } from '../faults/harness/stories.ts';
import { useSharedServices } from '../faults/harness/use-stack.ts';
import { untilDecided } from '../faults/harness/verify.ts';
import { services } from '../support/services.ts';

const { stack } = useSharedServices('embedded');
const testTimeoutMs = 90_000;
let temporal: string;
let runs: Runs;
let number = 0;

beforeAll(async () => {
  temporal = await findTemporal(resolve('.cache'), () => undefined);
  runs = await openRuns(services().temporalAddress);
});

afterAll(() => runs.close());

/** The command line that operators use. */
async function operate(...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(temporal, [
    'workflow',
    ...args,
    '--address',
    services().temporalAddress,
  ]);
  return stdout;
}

async function openTenant(): Promise<{ ledger: Ledger; tenantId: string; request: (step: Step) => Request }> {
  const ledger = await openLedger(stack(), `verbs-${Date.now()}-${number++}`, 1);
  const [tenantId] = ledger.tenants;
  return { ledger, tenantId, request: (step) => eventRequest(tenantId, step.type, step, 1) };
}

const applied: Step = {
  type: 'addon.purchased',
  data: { purchaseId: 'P', sku: 's', amountMinor: 900, currency: 'EUR' },
};
const rejected: Step = { type: 'addon.refunded', data: { purchaseId: 'P', amountMinor: 5_000 } };

test.each([
  ['applied', applied],
  ['rejected', rejected],
])(
  'the finished run of an event that was %s, reset or run again by hand, finds its verdict and changes nothing',
  async (outcome, step) => {
    const { ledger, tenantId, request } = await openTenant();
    const { id } = await ledger.send(request(step), { waitS: 10 });
    const workflowId = `event:${tenantId}:${id}`;
    const first = await runs.ended(workflowId);
    const before = await everythingOf(tenantId);
    await operate('reset', '--workflow-id', workflowId, '--type', 'FirstWorkflowTask', '--reason', 'trial');
    expect(await runs.ended(workflowId)).toMatchObject({ status: 'COMPLETED', attributes: { Outcome: [outcome] } });
    const input = JSON.stringify({ tenantId, eventId: id, type: step.type });
    const again = ['--type', first.type, '--task-queue', first.taskQueue, '--input', input];
    await operate('start', '--workflow-id', workflowId, '--id-reuse-policy', 'AllowDuplicate', ...again);
    expect(await runs.ended(workflowId)).toMatchObject({ status: 'COMPLETED', attributes: { Outcome: [outcome] } });
    await operate('start', '--workflow-id', `by-hand-${id}`, ...again);
    expect(await runs.ended(`by-hand-${id}`)).toMatchObject({ status: 'COMPLETED' });
    expect(await everythingOf(tenantId)).toEqual(before);
    await ledger.settle(`${outcome}: reset, run again`);
  },
  testTimeoutMs,
);

test(
  'a run that is terminated while it waits leaves its event accepted, and the sweeper has it applied',
  async ({ task }) => {
    const { ledger, tenantId, request } = await openTenant();
    const held = await holdTable(stack().db, 'event_verdict');
    const { id } = await ledger.send(request(applied));
    await held.wanted();
    await operate('terminate', '--workflow-id', `event:${tenantId}:${id}`, '--reason', 'trial');
    expect(await runs.read(`event:${tenantId}:${id}`)).toMatchObject({ status: 'TERMINATED' });
    expect(await ledger.sender.clientOf(tenantId).state(id ?? '')).toMatchObject({ status: 'accepted' });
    await held.release();
    await untilDecided(stack().db);
    await ledger.settle(task.name);
  },
  testTimeoutMs,
);

test(
  'a shared run that is reset after it finished changes nothing',
  async ({ task }) => {
    const { ledger, tenantId } = await openTenant();
    const sending = Array.from({ length: 120 }, (_, index) =>
      ledger.send(
        eventRequest(
          tenantId,
          `lead-${index}`,
          { type: 'lead.created', data: { leadId: `L-${index}`, source: 'w' } },
          1,
        ),
      ),
    );
    await Promise.all(sending);
    await untilDecided(stack().db);
    const before = await everythingOf(tenantId);
    const { rows } = await stack().db.query<{ id: string }>(
      "select workflow_id as id from event_verdict where org_id = $1 and workflow_id like 'events:%' limit 1",
      [tenantId],
    );
    const workflowId = rows[0]?.id ?? 'no shared run';
    await runs.ended(workflowId);
    await operate('reset', '--workflow-id', workflowId, '--type', 'FirstWorkflowTask', '--reason', 'trial');
    expect(await runs.ended(workflowId)).toMatchObject({ status: 'COMPLETED' });
    expect(await everythingOf(tenantId)).toEqual(before);
    await ledger.settle(task.name);
  },
  testTimeoutMs,
);

/** All that an application writes, down to when. */
async function everythingOf(tenantId: string) {
  const tables = ['event_verdict', 'activity', 'audit_log', 'audit_head', 'addon_purchase', 'addon_refund', 'lead'];
  const found = await Promise.all(
    tables.map((table) =>
      stack().db.query<{ row: string }>(
        `select to_jsonb(t)::text as row from ${table} t where org_id = $1 order by 1`,
        [tenantId],
      ),
    ),
  );
  return found.map(({ rows }) => rows);
}
