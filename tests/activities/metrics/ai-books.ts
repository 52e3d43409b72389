import type pg from 'pg';
import type { SlotAt } from '#activities/jobs/job-phase';
import type { Counts } from '#activities/jobs/job-phase';
import type { BalanceMismatch } from '#activities/metrics/credit-balances';
import { summariesPhase } from '#activities/metrics/summaries-phase';
import { createPool } from '#prisma/pool';
import { openAdmin } from '../../support/admin.ts';
import { createDatabase } from '../../support/database.ts';
import { jobWaits } from './histories.ts';
import { makeOrg } from '../../support/events.ts';

export interface Use {
  readonly id: string;
  readonly at: string;
  readonly credits: string;
  readonly feature?: string;
  readonly model?: string;
}

/** A database with plans of 100 credits a month, soft and hard, and one of 1,000. */
export async function openAiBooks() {
  const database = await createDatabase();
  const admin = openAdmin(database.url, 6);
  const worker = createPool({ url: database.url, role: 'worker', max: 8, applicationName: 'test', ...jobWaits });
  await admin.query(`insert into plan (id, name, ai_allowance) values
    ('soft', 'Soft', '{"credits": "100", "alertLevels": [75, 90, 100], "isHardCap": false}'),
    ('hard', 'Hard', '{"credits": "100", "alertLevels": [75, 90, 100], "isHardCap": true}'),
    ('large', 'Large', '{"credits": "1000", "alertLevels": [75, 90, 100], "isHardCap": true}')`);
  const told: BalanceMismatch[] = [];
  return {
    admin,
    worker,
    /** The mismatches that were told since it was last asked. */
    takeTold: () => told.splice(0),
    rollUp: (slot: SlotAt = march) => rollUp(worker, slot, told),
    close: async () => {
      await worker.end();
      await admin.end();
      await database.drop();
    },
  };
}

export type AiBooks = Awaited<ReturnType<typeof openAiBooks>>;

export function slotAt(at: string): SlotAt {
  return { slot: at.slice(0, 16), at: Date.parse(at), isForced: false };
}

export const march = slotAt('2026-03-20T12:00:00Z');

async function rollUp(worker: pg.Pool, slot: SlotAt, told: BalanceMismatch[]): Promise<Counts | undefined> {
  const phase = summariesPhase(worker, 'metrics', (mismatches) => told.push(...mismatches));
  const due = await phase.due(slot, undefined);
  return due.length === 0 ? undefined : phase.apply(due, slot);
}

export async function makeOrgOn({ admin }: AiBooks, plan?: string): Promise<string> {
  const org = await makeOrg(admin);
  if (plan)
    await admin.query("insert into org_plan (org_id, from_at, plan_id) values ($1, '2025-01-01', $2)", [org, plan]);
  return org;
}

export async function use({ admin }: AiBooks, org: string, uses: readonly Use[]): Promise<void> {
  const rows = uses.map(({ id, at, credits, feature = 'pricing', model }) => ({
    org_id: org,
    id,
    feature,
    model,
    credits,
    prompt_tokens: 10,
    used_at: at,
    version: 1,
    is_over_cap: false,
  }));
  await admin.query(
    `insert into ai_usage_event (org_id, id, feature, model, credits, prompt_tokens, used_at, version, is_over_cap)
     select org_id, id, feature, model, credits, prompt_tokens, used_at, version, is_over_cap from json_populate_recordset(null::ai_usage_event, $1)`,
    [JSON.stringify(rows)],
  );
}

export async function read({ admin }: AiBooks, sql: string, org: string): Promise<Record<string, unknown>[]> {
  const { rows } = await admin.query<Record<string, unknown>>(sql, [org]);
  return rows;
}
