import { expect, test } from 'vitest';
import { applyEvents } from '#activities/apply-events';
import type { EventRef } from '#domain/ids';
import { useBooks } from '../support/books.ts';
import { acceptAll, acceptUsage, makeOrg } from '../support/events.ts';
import { expectInvariants } from '../support/invariants.ts';

const { admin, worker } = await useBooks();

async function apply(refs: readonly EventRef[]) {
  const outcomes = await applyEvents(worker, refs, 'event:test');
  return outcomes.map(({ outcome }) => outcome);
}

async function read(sql: string, org: string) {
  const { rows } = await admin.query<Record<string, unknown>>(sql, [org]);
  return rows;
}

test('a row id of usage counts once for ever, the earliest telling stands whatever the order of arrival', async () => {
  const row = { meter: 'emails', windowStart: '2026-01-01T00:00:00Z', windowEnd: '2026-01-01T01:00:00Z', id: 'row-1' };
  const org = await makeOrg(admin);
  const late = await acceptAll(admin, org, [{ type: 'usage.reported', at: 30, data: { ...row, quantity: 7 } }]);
  const early = await acceptAll(admin, org, [{ type: 'usage.reported', at: 10, data: { ...row, quantity: '5.5' } }]);
  const batch = await acceptUsage(
    admin,
    org,
    [
      { ...row, quantity: 9 },
      { ...row, id: undefined, quantity: 2 },
      { ...row, id: undefined, quantity: 2 },
    ],
    20,
  );
  expect(await apply(late)).toEqual(['applied']);
  expect(await apply([batch, ...early])).toEqual(['applied', 'applied']);
  expect(
    await read('select row_id, quantity::text from usage_meter where org_id = $1 order by quantity desc', org),
  ).toEqual([
    { row_id: 'row-1', quantity: '5.500000000' },
    { row_id: null, quantity: '2.000000000' },
    { row_id: null, quantity: '2.000000000' },
  ]);
  await expectInvariants(admin);
});

test('a set of usage of several tenants writes each row as it was told, row ids in any order', async () => {
  const [one, other] = [await makeOrg(admin), await makeOrg(admin)];
  const hour = (n: number) => ({
    windowStart: new Date(Date.UTC(2026, 0, 1, n)).toISOString(),
    windowEnd: new Date(Date.UTC(2026, 0, 1, n + 1)).toISOString(),
  });
  const meta = { text: 'a "quoted" \\ word, {braces} and null', list: [1, null] };
  const batch = await acceptUsage(admin, one, [
    { meter: 'null', quantity: 1, ...hour(0), id: 'z"}' },
    { meter: 'b', quantity: '2.5', ...hour(1) },
    { meter: 'c', quantity: 3, ...hour(0), meta },
    { meter: 'd', quantity: '9007199254740991', ...hour(1), id: 'a\\' },
  ]);
  const [single] = await acceptAll(admin, other, [
    { type: 'usage.reported', data: { meter: 'd', quantity: 4, ...hour(2), id: 'a\\' } },
  ]);
  if (!single) throw new Error('nothing accepted');
  expect(await apply([batch, single])).toEqual(['applied', 'applied']);
  const written = `select event_id, row_index as index, row_id as id, meter, trim_scale(quantity)::text as quantity,
    extract(hour from window_start at time zone 'UTC')::int as from, extract(hour from window_end at time zone 'UTC')::int as to, meta
    from usage_meter where org_id = $1 order by row_index`;
  const event_id = batch.eventId;
  expect(await read(written, one)).toEqual([
    { event_id, index: 0, id: 'z"}', meter: 'null', quantity: '1', from: 0, to: 1, meta: null },
    { event_id, index: 1, id: null, meter: 'b', quantity: '2.5', from: 1, to: 2, meta: null },
    { event_id, index: 2, id: null, meter: 'c', quantity: '3', from: 0, to: 1, meta },
    { event_id, index: 3, id: 'a\\', meter: 'd', quantity: '9007199254740991', from: 1, to: 2, meta: null },
  ]);
  expect(await read(written, other)).toEqual([
    { event_id: single.eventId, index: 0, id: 'a\\', meter: 'd', quantity: '4', from: 2, to: 3, meta: null },
  ]);
  await expectInvariants(admin);
});
