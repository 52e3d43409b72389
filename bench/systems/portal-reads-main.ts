import { parseArgs } from 'node:util';
import type { StaffRole } from '#portal/auth/access';
import type { Staff } from '#portal/auth/session';
import { encodeCursor } from '#portal/lists/cursor';
import type { ListDefinition, ListQuery } from '#portal/lists/define-list';
import { presetWindow } from '#portal/lists/windows';
import type { Window } from '#portal/lists/windows';
import { addonsList } from '#portal/services/provider/addons-list';
import { listPurchases, summarizePurchases } from '#portal/services/provider/addons.service';
import { aiList } from '#portal/services/provider/ai-list';
import { summarizeAi } from '#portal/services/provider/ai-figures.service';
import { listAiUses } from '#portal/services/provider/ai.service';
import { findByPrefix } from '#portal/services/provider/palette.service';
import { incidentsList } from '#portal/services/provider/incidents-list';
import { listIncidents, summarizeIncidents } from '#portal/services/provider/incidents.service';
import { leadsList } from '#portal/services/provider/leads-list';
import { listLeads, summarizeLeads } from '#portal/services/provider/leads.service';
import { subscriptionsList } from '#portal/services/provider/subscriptions-list';
import { listSubscriptions, summarizeSubscriptions } from '#portal/services/provider/subscriptions.service';
import { percentile } from '../figures.ts';

/** Times what the services read, in a process of its own: they run under the conditions of a server's bundle. Prints JSON. */
const { values } = parseArgs({
  options: { now: { type: 'string' }, deep: { type: 'string' }, rounds: { type: 'string' } },
});
const now = Date.parse(values.now ?? '');
const deep = Date.parse(values.deep ?? '');
const rounds = Number(values.rounds ?? 20);
const roles: readonly StaffRole[] = ['provider'];
const staff: Staff = {
  id: '00000000-0000-7000-8000-000000000000',
  sessionId: '00000000-0000-7000-8000-000000000000',
  email: 'bench@example.org',
  name: 'Bench',
  roles,
  reauthAt: now,
  hasSecondFactor: false,
  mustEnrol: false,
};

interface Timed {
  readonly list: string;
  readonly what: string;
  readonly p95Ms: number;
}

async function time(list: string, what: string, work: () => Promise<unknown>): Promise<Timed> {
  await work();
  const taken: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    await work();
    taken.push(performance.now() - started);
  }
  return {
    list,
    what,
    p95Ms: percentile(
      taken.toSorted((a, b) => a - b),
      0.95,
    ),
  };
}

async function timeList<F>(
  name: string,
  list: ListDefinition<F>,
  read: (staff: Staff, query: ListQuery<F>) => Promise<unknown>,
  summarize: (staff: Staff, query: ListQuery<F>, window: Window) => Promise<unknown>,
  filter: Readonly<Record<string, string>>,
): Promise<Timed[]> {
  const parse = (params: Readonly<Record<string, string>>) => list.parse(params, { zone: 'UTC', now });
  const first = parse({});
  const place = encodeCursor({ at: deep, id: 'seed-0500:0' }, first.scope);
  const window = presetWindow('30d', now, 'UTC');
  return [
    await time(name, 'first page', () => read(staff, first)),
    await time(name, 'page in the middle', () => read(staff, parse({ after: place }))),
    await time(name, `filtered by ${Object.keys(filter).join(', ')}`, () => read(staff, parse(filter))),
    await time(name, 'figures, 30 days', () => summarize(staff, first, window)),
  ];
}

const timed = [
  ...(await timeList('leads', leadsList, listLeads, summarizeLeads, { status: 'qualified', source: 'fair' })),
  ...(await timeList('subscriptions', subscriptionsList, listSubscriptions, summarizeSubscriptions, {
    status: 'past_due',
  })),
  ...(await timeList('add-ons', addonsList, listPurchases, summarizePurchases, { status: 'refunded' })),
  ...(await timeList('incidents', incidentsList, listIncidents, summarizeIncidents, { sla: 'breaching' })),
  ...(await timeList(
    'AI credits',
    aiList,
    listAiUses,
    (member, query, window) => summarizeAi(member, query, window, presetWindow('mtd', now, 'UTC')),
    { feature: 'pricing' },
  )),
  await time('palette', 'what begins with “nor”', () => findByPrefix(staff, 'nor')),
];
console.log(JSON.stringify(timed));
await globalThis.portalDatabase?.pool.end();
