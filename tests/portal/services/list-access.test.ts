import { afterAll, beforeAll, expect, test } from 'vitest';
import { mayReadEntriesOf } from '#portal/services/provider/audit-entries';
import { auditList } from '#portal/services/provider/audit-list';
import {
  auditSource,
  getAudit,
  listAudit,
  listAuditActions,
  summarizeAudit,
} from '#portal/services/provider/audit.service';
import { addonsList } from '#portal/services/provider/addons-list';
import { getPurchase, listPurchases, listSkus, summarizePurchases } from '#portal/services/provider/addons.service';
import { copySql } from '#portal/exports/copy-sql';
import { presetWindow } from '#portal/lists/windows';
import { seedEntities } from '../seed/entities.ts';
import { openPortalBase, staffOf } from './portal-base.ts';
import type { PortalBase } from './portal-base.ts';

const now = Date.UTC(2026, 10, 24, 14);
const accountant = staffOf('accountant');
const query = auditList.parse({ size: '100' }, { zone: 'UTC', now });
const window = presetWindow('30d', now, 'UTC');

let base: PortalBase;

beforeAll(async () => {
  base = await openPortalBase(now);
  await seedEntities(base.all, { now, orgs: 3, rows: 90, everyMs: 60_000 });
});
afterAll(() => base.close());

test('an accountant reads entries of money and leads alone: in the list, its figures, a row and a file', async () => {
  const { rows } = await base.all.query("select count(*)::int as n from audit_log where subject !~ '^incident/'");
  const page = await listAudit(accountant, query);
  expect(page.rows.length).toBe(rows[0].n);
  expect(page.rows.filter(({ subject }) => subject.startsWith('incident/'))).toEqual([]);
  const whole = await listAudit(staffOf('provider'), query);
  const hidden = whole.rows.find(({ subject }) => subject.startsWith('incident/'));
  expect(await getAudit(accountant, hidden?.key.id ?? '')).toBeUndefined();
  expect(await getAudit(staffOf('developer'), hidden?.key.id ?? '')).toBeDefined();
  const orders = ['command.raise_ai_limit', 'command.resolve_incident', 'command.refund_addon'];
  await base.all.query(
    `insert into audit_log (org_id, seq, at, actor_type, actor, action, subject, outcome, detail, prev_hash, hash)
     select 'org-0', 900000 + n, now(), 'staff', 'dana@example.org', action, 'command/' || n, 'ok', '{}', sha256(n::text::bytea), sha256((n + 1)::text::bytea)
     from unnest($1::text[]) with ordinality o (action, n)`,
    [orders],
  );
  const ofOrders = await listAudit(accountant, { ...query, filters: { ...query.filters, actions: orders } });
  expect(ofOrders.rows.map(({ action }) => action)).toEqual(['command.refund_addon']);
  expect(await getAudit(accountant, ofOrders.rows[0]?.key.id ?? '')).toBeDefined();
  expect(['incident', 'ai', 'lead', 'invoice'].map((kind) => mayReadEntriesOf(accountant, kind))).toEqual([
    false,
    false,
    true,
    true,
  ]);
  const wide = { ...window, to: now + 1 };
  const [own, all] = [
    await summarizeAudit(accountant, query, wide),
    await summarizeAudit(staffOf('provider'), query, wide),
  ];
  expect(own.entries.count).toBeLessThan(all.entries.count);
  expect(copySql(auditSource(accountant), query, [{ name: 'seq', sql: 't.seq' }])).toContain("'invoice'");
});

test('E1: the filter of actions offers an accountant none whose entries they may not read', async () => {
  const told = [
    ['ai.alert', 'ai/2026-11-01'],
    ['command.refund_addon', 'command/1'],
    ['command.resolve_incident', 'command/2'],
    ['event.applied', 'incident/I-1'],
    ['invoice.opened', 'invoice/V-1'],
    ['job.started', 'dunning/2026-11-24T14'],
    ['staff.sign_in', 'staff:1'],
  ];
  await base.all.query(
    `insert into audit_log (org_id, seq, at, actor_type, actor, action, subject, outcome, detail, prev_hash, hash)
     select 'org-1', 950000 + n, now(), 'system', 'test', action, subject, 'ok', '{}', sha256(('o' || n)::bytea), sha256(('p' || n)::bytea)
     from unnest($1::text[], $2::text[]) with ordinality o (action, subject, n)`,
    [told.map(([action]) => action), told.map(([, subject]) => subject)],
  );
  const actions = told.map(([action]) => action);
  const offered = async (...roles: Parameters<typeof staffOf>) =>
    (await listAuditActions(staffOf(...roles))).filter((action) => actions.includes(action));
  expect(await offered('provider')).toEqual(actions);
  expect(await offered('developer')).toEqual(actions);
  expect(await offered('accountant')).toEqual(['command.refund_addon', 'event.applied', 'invoice.opened']);
});

test('every function of a page that a role hides refuses by itself', async () => {
  const developer = staffOf('developer');
  const addons = addonsList.parse({}, { zone: 'UTC', now });
  await expect(listPurchases(developer, addons)).rejects.toThrow('access denied');
  await expect(summarizePurchases(developer, addons, window)).rejects.toThrow('access denied');
  await expect(getPurchase(developer, 'org-0:x')).rejects.toThrow('access denied');
  await expect(listSkus(developer)).rejects.toThrow('access denied');
});
