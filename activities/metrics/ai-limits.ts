import type pg from 'pg';
import { decimal, type Decimal } from '#domain/decimal';
import type { OrgMonth } from './ai-summaries.ts';

/** What staff raised months to. */
export interface AiLimits {
  readonly get: (orgId: string, month: string) => Decimal | undefined;
}

export async function loadLimits(client: pg.ClientBase, months: readonly OrgMonth[]): Promise<AiLimits> {
  const { rows } = await client.query<{ org_id: string; month: string; credits: string }>({
    name: 'load-ai-limits',
    text: `select l.org_id, l.month::text, l.credits from unnest($1::text[], $2::date[]) as m (org_id, month)
      join org_ai_limit l on l.org_id = m.org_id and l.month = m.month`,
    values: [months.map(({ orgId }) => orgId), months.map(({ month }) => month)],
  });
  const byName = new Map(rows.map(({ org_id, month, credits }) => [`${month} ${org_id}`, decimal(credits)]));
  return { get: (orgId, month) => byName.get(`${month} ${orgId}`) };
}
