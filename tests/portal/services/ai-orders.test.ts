import { afterAll, beforeAll, expect, test } from 'vitest';
import { handleAiAlerts } from '#portal/services/provider/ai-alert-bulk';
import { newestAiAlerts } from '#portal/services/provider/ai-alerts.service';
import { acknowledgeAlert, muteAlerts, raiseLimit } from '#portal/services/provider/ai-orders';
import { runJob } from '#portal/services/provider/job-orders';
import { handleIncidents } from '#portal/services/provider/incident-orders';
import type { Staff } from '#portal/auth/session';
import { openPortalBase, signedIn, staffOf } from './portal-base.ts';
import type { PortalBase } from './portal-base.ts';

const now = Date.UTC(2026, 10, 24, 14);
let provider: Staff;
const all = { alerts: [], orgs: [] };
const max = 10;

let base: PortalBase;

beforeAll(async () => {
  base = await openPortalBase(now);
  provider = await signedIn(base.all, 'provider');
  await base.all.query("insert into org (id, name) values ('org-1', 'One'), ('org-3', 'Three')");
  await base.all.query(
    "insert into ai_alert (org_id, month, level, fired_at) select o, '2026-11-01', l, now() from unnest(array['org-1', 'org-3']) o, unnest(array[75, 90]) l",
  );
});
afterAll(() => base.close());

const audited = async (action: string) => {
  const { rows } = await base.all.query('select actor, subject from audit_log where org_id = $1 and action = $2', [
    'org-1',
    action,
  ]);
  return rows;
};

test('an alert is acknowledged once, with its entry in the audit, and that can be taken back', async () => {
  const told = { orgId: 'org-1', level: 90, isWithdrawn: false };
  await acknowledgeAlert(provider, told);
  await expect(acknowledgeAlert(provider, told)).rejects.toThrow('changed');
  const [alert] = await newestAiAlerts(provider, { alerts: ['90'], orgs: ['org-1'] }, max);
  expect(alert).toMatchObject({ level: 90, acknowledgedBy: provider.email });
  expect(await audited('ai.acknowledged')).toEqual([{ actor: provider.email, subject: 'ai/2026-11-01' }]);
  await acknowledgeAlert(provider, { ...told, isWithdrawn: true });
  expect((await newestAiAlerts(provider, { alerts: ['90'], orgs: ['org-1'] }, max))[0]?.acknowledgedAt).toBeUndefined();
});

test('an organisation is muted once for the month, and unmuted', async () => {
  await muteAlerts(provider, { orgId: 'org-1', isMuted: true });
  await expect(muteAlerts(provider, { orgId: 'org-1', isMuted: true })).rejects.toThrow('changed');
  const muted = (await newestAiAlerts(provider, all, max)).filter(({ isMuted }) => isMuted);
  expect(new Set(muted.map(({ org }) => org.id))).toEqual(new Set(['org-1']));
  await muteAlerts(provider, { orgId: 'org-1', isMuted: false });
  expect(await audited('ai.unmuted')).toHaveLength(1);
});

test('many alerts are acknowledged or muted, each with its entry; what is so already or of a month that is over is skipped', async () => {
  await base.all.query("insert into org (id, name) values ('org-5', 'Five')");
  await base.all.query(
    `insert into ai_alert (org_id, month, level, fired_at)
     select 'org-5', m::date, l, m::timestamptz + l * interval '1 hour' from unnest(array['2026-11-01', '2026-10-01']) m, unnest(array[75, 90]) l`,
  );
  await acknowledgeAlert(provider, { orgId: 'org-5', level: 75, isWithdrawn: false });
  const { rows } = await base.all.query<{ key: string }>(
    "select org_id || ':' || (extract(epoch from fired_at) * 1000)::bigint || ':' || level as key from ai_alert where org_id = 'org-5'",
  );
  const order = {
    picked: { kind: 'ids', ids: rows.map(({ key }) => key) },
    act: 'acknowledge',
    reason: 'seen on Monday',
    id: '00000000-0000-4000-8000-000000000001',
  } as const;
  const became = async (told: Parameters<typeof handleAiAlerts>[1]) =>
    (await handleAiAlerts(provider, told)).items.map((item) => `${item.label} ${item.became}`).toSorted();
  const once = [
    'Five, 75 %, Nov 2026 skipped',
    'Five, 75 %, Oct 2026 skipped',
    'Five, 90 %, Nov 2026 done',
    'Five, 90 %, Oct 2026 skipped',
  ];
  expect(await became(order)).toEqual(once);
  expect(await became(order)).toEqual(once.map((line) => line.replace('done', 'skipped')));
  const muted = await became({ ...order, act: 'mute' });
  expect(muted.filter((line) => line.endsWith('done'))).toEqual([
    'Five, 75 %, Nov 2026 done',
    'Five, 90 %, Nov 2026 done',
  ]);
  const entries = await base.all.query(
    "select action, detail::jsonb ->> 'level' as level, detail::jsonb ->> 'reason' as reason from audit_log where org_id = 'org-5' and detail::jsonb ? 'bulk' order by seq",
  );
  expect(entries.rows).toEqual([
    { action: 'ai.acknowledged', level: '90', reason: order.reason },
    { action: 'ai.muted', level: null, reason: order.reason },
  ]);
});

test('who may only look is refused by each function that writes, and nothing is written', async () => {
  const [accountant, developer] = [staffOf('accountant'), staffOf('developer')];
  const told = { reason: 'x', id: '00000000-0000-4000-8000-000000000001' };
  const tries = [
    async () => acknowledgeAlert(developer, { orgId: 'org-3', level: 75, isWithdrawn: false }),
    async () => muteAlerts(accountant, { orgId: 'org-3', isMuted: true }),
    async () => handleAiAlerts(developer, { picked: { kind: 'ids', ids: ['org-3:0:75'] }, act: 'mute', ...told }),
    async () => raiseLimit(developer, { orgId: 'org-3', credits: '9', ...told }),
    async () => runJob(provider, { job: 'dunning', reason: 'x' }),
    async () => handleIncidents(accountant, { picked: { kind: 'ids', ids: ['org-0:x'] }, ...told }),
  ];
  for (const one of tries) await expect(one()).rejects.toThrow('access denied');
  const { rows } = await base.all.query(
    "select (select count(*) from staff_command)::int as commands, (select count(*) from ai_mute where org_id = 'org-3')::int as mutes, (select count(*) from audit_log where action like 'job.%')::int as jobs",
  );
  expect(rows).toEqual([{ commands: 0, mutes: 0, jobs: 0 }]);
});

test('a slot that is not due yet is refused before anything is written', async () => {
  const developer = staffOf('developer');
  await expect(runJob(developer, { job: 'nightly-rating', slot: '2026-11-25', reason: 'x' })).rejects.toThrow(
    'not due yet',
  );
});
