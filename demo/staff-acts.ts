import { createHash } from 'node:crypto';
import type pg from 'pg';
import { leadsMovedMax } from '#domain/billing/staff-commands';
import { createPool } from '#prisma/pool';
import { openClient } from '#temporal/client';
import { readBillingEnv } from '#temporal/env';
import { awaitCommand, orderStaffCommand, type StaffOrder } from '#temporal/staff-commands';
import type { DemoSystem } from './system.ts';

type Act = Pick<StaffOrder, 'orgId' | 'kind' | 'body' | 'reason'>;

const patienceMs = 30_000;

/** What staff did in the demo: some of each kind, as they would order it. Key: a command's id is a function of what it does. */
export async function orderStaffActs(system: DemoSystem, say: (line: string) => void): Promise<void> {
  const db = createPool({ url: system.databaseUrl, role: 'portal', max: 1, applicationName: 'demo-staff' });
  const worker = createPool({ url: system.databaseUrl, role: 'worker', max: 1, applicationName: 'demo-staff' });
  const env = readBillingEnv({ ...process.env, TEMPORAL_ADDRESS: system.temporalAddress });
  const { client, close } = openClient(env);
  try {
    for (const act of [
      ...(await actsOnInvoices(db)),
      ...(await actsOnLeads(db)),
      ...(await stepsOfLeads(db)),
      ...(await actsOnIncidents(db)),
      ...corrections,
    ]) {
      const order = { ...act, id: idOf(act), by: { operator: 'demo' } };
      const ordered = await orderStaffCommand({ client, taskQueue: env.taskQueue }, worker, order);
      const { status, result } = await awaitCommand(db, ordered, patienceMs);
      if (status !== 'done') say(`${act.kind} for ${act.orgId} is ${status}: ${JSON.stringify(result)}`);
    }
  } finally {
    await close();
    await Promise.all([db.end(), worker.end()]);
  }
}

const corrections: readonly Act[] = [
  {
    orgId: 'juniper',
    kind: 'correct_credits',
    body: { credits: '150' },
    reason: 'credits for an answer that was wrong',
  },
];

/** The oldest invoice in each state is taken. */
async function actsOnInvoices(db: pg.Pool): Promise<Act[]> {
  const oldest = async (orgId: string, status: string) => {
    const { rows } = await db.query<{ id: string }>(
      `select id from invoice where org_id = $1 and source = 'rated' and status = $2 and number is not null order by number limit 1`,
      [orgId, status],
    );
    return rows.map(({ id }) => id);
  };
  const [paid, open, lost] = [
    await oldest('acme', 'paid'),
    await oldest('lumen', 'open'),
    await oldest('fjord', 'uncollectible'),
  ];
  return [
    ...paid.map((invoiceId) => act('acme', 'refund', { invoiceId, amountMinor: '1500' }, 'an outage of half a day')),
    ...open.map((invoiceId) => act('lumen', 'credit_note', { invoiceId, amountMinor: '500' }, 'a lead that was none')),
    ...lost.map((invoiceId) => act('fjord', 'write_off', { invoiceId }, 'nobody answers')),
  ];
}

/** Of the leads that converted without a fee, an org's oldest gets one and goes on an invoice. */
async function actsOnLeads(db: pg.Pool): Promise<Act[]> {
  const { rows } = await db.query<{ id: string }>(
    `select id from lead where org_id = 'cascade' and status = 'converted' and fee_minor is null order by converted_at, id limit 1`,
  );
  return rows.flatMap(({ id }) => [
    act('cascade', 'price_lead', { leadId: id, feeMinor: '4200', currency: 'USD' }, 'agreed by telephone'),
    act('cascade', 'add_leads', { leadIds: [id] }, 'agreed by telephone'),
  ]);
}

const stepsTaken = ['contacted', 'qualified', 'disqualified'] as const;
const stepReasons = {
  contacted: 'called, and will call again',
  qualified: 'has the budget and asks for an offer',
  disqualified: 'does not answer, or is none',
} as const;

/** Of each org's open leads of the last three weeks three in four took a step; the first org converted two itself, at a price. */
async function stepsOfLeads(db: pg.Pool): Promise<Act[]> {
  const { rows } = await db.query<{ org_id: string; place: number; ids: string[] }>(
    `select org_id, place, array_agg(id order by id) as ids
     from (select org_id, id, (row_number() over (partition by org_id order by created_at, id) % 4)::int as place from lead
       where status = 'new' and created_at > (select max(created_at) from lead) - interval '3 weeks') l
     group by org_id, place order by org_id, place`,
  );
  return rows.flatMap(({ org_id: orgId, place, ids }) => {
    const to = stepsTaken[place - 1];
    if (to) return [act(orgId, 'move_leads', { leadIds: ids.slice(0, leadsMovedMax), to }, stepReasons[to])];
    if (orgId !== 'acme') return [];
    const body = { leadIds: ids.slice(0, 2), to: 'converted', fee: { minor: '15000', currency: 'EUR' } };
    return [act(orgId, 'move_leads', body, 'signed at the fair')];
  });
}

/** Of the incidents that are open, the newest are acknowledged, the next one is escalated. */
async function actsOnIncidents(db: pg.Pool): Promise<Act[]> {
  const { rows } = await db.query<{ org_id: string; id: string; level: number }>(
    `select org_id, id, coalesce(level, 0) as level from incident where status = 'open' order by opened_at desc, org_id, id limit 4`,
  );
  return rows.map(({ org_id: orgId, id: incidentId, level }, index) =>
    index < 3
      ? act(orgId, 'acknowledge_incident', { incidentId }, `seen: ${incidentId}`)
      : act(orgId, 'escalate_incident', { incidentId, level: level + 1 }, `nobody answers: ${incidentId}`),
  );
}

function act(orgId: string, kind: Act['kind'], body: object, reason: string): Act {
  return { orgId, kind, body, reason };
}

/** The second of two runs finds the command of the first, so that nothing is done twice. */
function idOf({ orgId, kind, reason }: Act): string {
  const hex = createHash('sha256')
    .update(JSON.stringify(['demo', orgId, kind, reason]))
    .digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
