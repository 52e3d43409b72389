import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyEvents } from '#activities/apply-events';
import { closingPhase } from '#activities/closing/closing-phase';
import { exponentOf } from '#domain/currencies';
import { leadStatuses } from '#domain/billing/lead-moves';
import { acceptAll, makeOrg, type Told } from '../../support/events.ts';
import { slotOn } from '../closing/drafts.ts';
import { expectBooks } from '#tests/support/invariants';
import { openCommandSite, type CommandSite } from './command-site.ts';

let site: CommandSite;

beforeAll(async () => {
  site = await openCommandSite();
});

afterAll(() => site.close());

async function tell(org: string, told: readonly Told[]) {
  await applyEvents(site.worker, await acceptAll(site.admin, org, told), 'w');
}

const created = (leadId: string, at = 0): Told => ({ type: 'lead.created', at, data: { leadId, source: 'web' } });
const converted = (leadId: string, at: number, feeMinor = 100): Told => ({
  type: 'lead.converted',
  at,
  data: { leadId, feeMinor, currency: 'EUR' },
});

async function statusOf(org: string, id: string) {
  const [lead] = await site.read(
    `select status, contacted_at is not null as contacted, qualified_at is not null as qualified, disqualified_reason as reason,
      converted_at is not null as converted, version from lead where org_id = $1 and id = $2`,
    [org, id],
  );
  return lead;
}

/** Activities and audit entries that steps left on a lead, in their order. */
async function traces(org: string, id: string) {
  const activities = await site.read(
    "select action, actor from command_activity where org_id = $1 and entity_kind = 'lead' and entity_id = $2 order by occurred_at, action",
    [org, id],
  );
  const entries = await site.read(
    `select action, actor, detail ->> 'from' as from, detail ->> 'to' as to, detail ->> 'reason' as reason
     from audit_log where org_id = $1 and subject = $2 and actor_type = 'staff' order by seq`,
    [org, `lead/${id}`],
  );
  return { activities, entries };
}

test('of two who price a lead as both saw it, the second is refused; a price leaves one Activity and one audit entry', async () => {
  const org = await makeOrg(site.admin);
  await tell(org, [created('p')]);
  const price = (feeMinor: string, feeSeen: object | null) =>
    site.give(org, 'price_lead', { leadId: 'p', feeMinor, currency: 'EUR', feeSeen });
  const refused = { status: 'refused', result: { refused: 'changed_meanwhile' } };
  const both = await Promise.all([price('100', null), price('200', null)]);
  expect(both.map(({ status }) => status).toSorted()).toEqual(['done', 'refused']);
  expect(both.find(({ status }) => status === 'refused')).toMatchObject(refused);
  const [lead] = await site.read('select fee_minor::text as minor from lead where org_id = $1', [org]);
  expect(await price('300', { minor: '999', currency: 'EUR' })).toMatchObject(refused);
  expect(await price('300', { minor: String(lead?.['minor']), currency: 'USD' })).toMatchObject(refused);
  expect(await price('300', { minor: String(lead?.['minor']), currency: 'EUR' })).toMatchObject({ status: 'done' });
  const { activities, entries } = await traces(org, 'p');
  expect(activities).toEqual(Array.from({ length: 2 }, () => ({ action: 'lead.priced', actor: 'ada' })));
  expect(entries).toMatchObject(Array.from({ length: 2 }, () => ({ action: 'lead.priced', reason: 'a test' })));
  expect(entries[1]?.['to']).toContain('300');
});

test('an order that runs eight times at once, and again, takes each step once, with one Activity and one audit entry', async () => {
  const org = await makeOrg(site.admin);
  await tell(org, [created('a'), created('b')]);
  const id = await site.order(org, 'move_leads', { leadIds: ['a', 'b', 'a', 'none'], to: 'contacted' });
  const given = await Promise.all(Array.from({ length: 8 }, () => site.execute(org, id)));
  const expected = {
    leads: [
      { leadId: 'a', outcome: 'moved', from: 'new', to: 'contacted' },
      { leadId: 'b', outcome: 'moved', from: 'new', to: 'contacted' },
      { leadId: 'none', outcome: 'unknown' },
    ],
  };
  for (const one of [...given, await site.execute(org, id)])
    expect(one).toMatchObject({ status: 'done', result: expected });
  expect(await statusOf(org, 'a')).toMatchObject({
    status: 'contacted',
    contacted: true,
    qualified: false,
    version: 1,
  });
  expect(await traces(org, 'a')).toEqual({
    activities: [{ action: 'lead.contacted', actor: 'ada' }],
    entries: [{ action: 'lead.contacted', actor: 'ada', from: 'new', to: 'contacted', reason: 'a test' }],
  });
  await expectBooks(site.admin);
});

test('eight orders of the same step at once: one takes it, the others find it taken', async () => {
  const org = await makeOrg(site.admin);
  await tell(org, [created('a')]);
  const ids = await Promise.all(
    Array.from({ length: 8 }, () =>
      site.order(org, 'move_leads', { leadIds: ['a'], to: 'qualified', statusSeen: 'new' }),
    ),
  );
  const given = await Promise.all(ids.map((id) => site.execute(org, id)));
  const outcomes = given.map(({ result }) => JSON.stringify(result));
  expect(outcomes.filter((text) => text.includes('"moved"'))).toHaveLength(1);
  expect(outcomes.filter((text) => text.includes('"unchanged"'))).toHaveLength(7);
  expect((await traces(org, 'a')).entries).toHaveLength(1);
});

test('from each status only its steps are taken; what has another status than was seen stays', async () => {
  const org = await makeOrg(site.admin);
  const allowed: Record<string, readonly string[]> = {};
  for (const from of leadStatuses) {
    for (const to of leadStatuses.filter((one) => one !== from)) {
      const leadId = `${from}-${to}`;
      await tell(org, [created(leadId), ...(from === 'converted' ? [converted(leadId, 1)] : [])]);
      if (from !== 'new' && from !== 'converted') await site.give(org, 'move_leads', { leadIds: [leadId], to: from });
      const { result } = await site.give(org, 'move_leads', { leadIds: [leadId], to });
      if (JSON.stringify(result).includes('"moved"')) allowed[from] = [...(allowed[from] ?? []), to];
    }
  }
  expect(allowed).toEqual({
    new: ['contacted', 'qualified', 'converted', 'disqualified'],
    contacted: ['new', 'qualified', 'converted', 'disqualified'],
    qualified: ['new', 'contacted', 'converted', 'disqualified'],
    disqualified: ['new', 'contacted', 'qualified'],
  });
  expect(
    await site.give(org, 'move_leads', { leadIds: ['new-contacted'], to: 'qualified', statusSeen: 'new' }),
  ).toMatchObject({ result: { leads: [{ outcome: 'changed', from: 'contacted' }] } });
  expect(await statusOf(org, 'new-contacted')).toMatchObject({ status: 'contacted' });
});

test('a step back takes its instant back, and a lead that is disqualified keeps the reason until then', async () => {
  const org = await makeOrg(site.admin);
  await tell(org, [created('a')]);
  const move = (to: string) => site.give(org, 'move_leads', { leadIds: ['a'], to });
  await move('contacted');
  await move('qualified');
  await move('disqualified');
  expect(await statusOf(org, 'a')).toMatchObject({ status: 'disqualified', qualified: true, reason: 'a test' });
  await move('contacted');
  expect(await statusOf(org, 'a')).toMatchObject({
    status: 'contacted',
    contacted: true,
    qualified: false,
    reason: null,
  });
  await move('new');
  expect(await statusOf(org, 'a')).toMatchObject({ status: 'new', contacted: false, qualified: false });
});

test('what staff made of a lead outlives a later telling; a conversion that the tenant tells counts, in whatever order it comes', async () => {
  const org = await makeOrg(site.admin);
  await tell(org, [created('told'), created('late'), created('own')]);
  await site.give(org, 'move_leads', { leadIds: ['told', 'late'], to: 'disqualified' });
  await site.give(org, 'move_leads', { leadIds: ['own'], to: 'converted' });
  await tell(org, [created('told', 5), created('own', 5), converted('late', 3)]);
  expect(await statusOf(org, 'told')).toMatchObject({ status: 'disqualified' });
  expect(await statusOf(org, 'own')).toMatchObject({ status: 'converted', converted: true });
  expect(await statusOf(org, 'late')).toMatchObject({ status: 'converted', converted: true });
  await expectBooks(site.admin);
});

test('a conversion is an event in the name of staff: folded with the rest, billed once, and never taken back', async () => {
  const org = await makeOrg(site.admin);
  await tell(org, [created('a'), created('b')]);
  const body = { leadIds: ['a', 'b'], to: 'converted', fee: { minor: '500', currency: 'EUR' } } as const;
  const id = await site.order(org, 'move_leads', body);
  const given = await Promise.all(Array.from({ length: 4 }, () => site.execute(org, id)));
  for (const one of given)
    expect(one).toMatchObject({ result: { leads: [{ outcome: 'moved', from: 'new' }, { outcome: 'moved' }] } });
  await tell(org, [created('a', 5)]);
  expect(await statusOf(org, 'a')).toMatchObject({ status: 'converted', converted: true, version: 3 });
  const add = () => site.give(org, 'add_leads', { leadIds: ['a', 'b'] });
  expect(await add()).toMatchObject({
    result: { leads: [{ outcome: 'added', amountMinor: '500' }, { outcome: 'added' }] },
  });
  expect(await add()).toMatchObject({
    result: { leads: [{ outcome: 'already_billed' }, { outcome: 'already_billed' }] },
  });
  expect(await site.give(org, 'move_leads', { leadIds: ['a'], to: 'qualified' })).toMatchObject({
    result: { leads: [{ outcome: 'not_allowed', from: 'converted' }] },
  });
  expect(
    await site.read("select action from activity where org_id = $1 and entity_id = 'a' order by action, occurred_at", [
      org,
    ]),
  ).toEqual([{ action: 'lead.converted' }, { action: 'lead.created' }, { action: 'lead.created' }]);
  expect((await traces(org, 'a')).entries.map(({ action }) => action)).toEqual(['lead.converted', 'lead.invoiced']);
  await expectBooks(site.admin);
});

test('the database has as many minor units to a whole one as the domain, of every currency', async () => {
  const codes = [...Intl.supportedValuesOf('currency'), 'UYI', 'CLF', 'UYW'].filter(
    (code) => exponentOf(code) !== undefined,
  );
  const rows = await site.read('select code, minor_per_major(code) as units from unnest($1::text[]) code', [codes]);
  expect(codes.length).toBeGreaterThan(100);
  expect(rows).toEqual(codes.map((code) => ({ code, units: 10 ** (exponentOf(code) ?? 0) })));
});

test('what an order puts on a draft is in the ledger from when its month opens on, and not before', async () => {
  const org = await makeOrg(site.admin);
  await tell(org, [created('a'), converted('a', 1)]);
  const ledger = () =>
    site.read(
      "select fact, concat_ws('/', account, stream) as account, amount_minor::int as minor from billing_ledger where org_id = $1 order by entry",
      [org],
    );
  expect(await site.give(org, 'add_leads', { leadIds: ['a'] })).toMatchObject({ status: 'done' });
  expect(await site.give(org, 'correct_credits', { credits: '-10' })).toMatchObject({ status: 'done' });
  expect(await ledger()).toEqual([]);
  await closingPhase(site.worker).apply([org], slotOn('2027-01-02'));
  expect(await ledger()).toEqual([
    { fact: 'issued', account: 'receivable', minor: 100 },
    { fact: 'issued', account: 'revenue/leads', minor: -100 },
  ]);
  await expectBooks(site.admin);
});
