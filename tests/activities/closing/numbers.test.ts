import type pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { JobPhase } from '#activities/jobs/job-phase';
import {
  expectBooksAgree,
  gapless,
  makeDraft,
  makeOrgs,
  november,
  numbersOf,
  openProvider,
  slotOn,
  usage,
} from './drafts.ts';

let provider: Awaited<ReturnType<typeof openProvider>>;
let admin: pg.Pool;
let phase: JobPhase;

beforeEach(async () => {
  provider = await openProvider();
  ({ admin, phase } = provider);
});

afterEach(() => provider.close());

test('closings at once, repeated and undone after they took numbers, give every invoice one number without a gap', async () => {
  const orgs = await makeOrgs(admin, 40);
  for (const org of orgs) {
    await makeDraft(admin, org, { ...november, lines: [usage(100)] });
    await makeDraft(admin, org, { ...november, currency: 'USD', lines: [usage(200)] });
  }
  // The audit entry comes after the number.
  await admin.query(`create function refuse_audit() returns trigger language plpgsql as $$ begin
      if new.org_id = 'org-007' then raise exception 'no'; end if; return new; end $$;
    create trigger refuse before insert on audit_log for each row execute function refuse_audit()`);
  const sets = [orgs.slice(0, 20), orgs.slice(10, 30), orgs.slice(20), orgs.slice(8, 40), orgs.slice(0, 7)];
  const outcomes = await Promise.allSettled(sets.map((set) => phase.apply(set, slotOn('2026-12-02'))));
  expect(outcomes.map(({ status }) => status)).toEqual([
    'rejected',
    'fulfilled',
    'fulfilled',
    'fulfilled',
    'fulfilled',
  ]);
  expect(await numbersOf(admin)).toEqual(gapless(2 * 39));
  await admin.query('drop trigger refuse on audit_log');
  await phase.apply(sets[0] ?? [], slotOn('2026-12-03'));
  expect(await numbersOf(admin)).toEqual(gapless(80));
  const { rows } = await admin.query("select count(*)::int as n from audit_log where action = 'invoice.opened'");
  expect(rows).toEqual([{ n: 80 }]);
  await expectBooksAgree(admin);
});

test('killed between its numbers and its commit, a closing leaves no gap', async () => {
  const orgs = await makeOrgs(admin, 3);
  for (const org of orgs) await makeDraft(admin, org, { ...november, lines: [usage(100)] });
  await admin.query("insert into audit_head (org_id, hash) values ('org-002', sha256(convert_to('org-002', 'UTF8')))");
  const holder = await admin.connect();
  try {
    await holder.query('begin');
    await holder.query("select from audit_head where org_id = 'org-002' for update");
    const killed = phase.apply(orgs, slotOn('2026-12-02')).catch(() => 'killed');
    await expect
      .poll(async () => {
        const { rows } = await admin.query<{ ended: boolean }>(
          `select pg_terminate_backend(pid) as ended from pg_stat_activity
          where application_name = 'test' and datname = current_database() and wait_event_type = 'Lock' and query like '%append_audit%'`,
        );
        return rows.length;
      })
      .toBe(1);
    expect(await killed).toBe('killed');
  } finally {
    await holder.query('rollback');
    holder.release();
  }
  expect(await numbersOf(admin)).toEqual([]);
  await phase.apply(orgs, slotOn('2026-12-02'));
  expect(await numbersOf(admin)).toEqual(gapless(3));
  await expectBooksAgree(admin);
});
