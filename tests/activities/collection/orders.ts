import type pg from 'pg';

/** An order of an operator's. */
export interface OrderName {
  readonly orgId: string;
  readonly id: string;
}

/** Stores one as a shell does, now or at an instant: what the engine does of it comes after. */
export async function storeOrder(
  admin: pg.Pool,
  orgId: string,
  kind: string,
  body: object,
  at?: Date,
): Promise<OrderName> {
  const { rows } = await admin.query<{ id: string }>(
    `insert into staff_command (org_id, id, kind, body, actor_type, actor, reason, created_at)
     values ($1, gen_random_uuid(), $2, $3, 'operator', 'ops', 'asked', coalesce($4, now())) returning id`,
    [orgId, kind, JSON.stringify(body), at],
  );
  return { orgId, id: rows[0]?.id ?? '' };
}

/** What became of one: why it was refused, else how it stands. */
export async function outcomeOf(admin: pg.Pool, { orgId, id }: OrderName): Promise<string | undefined> {
  const { rows } = await admin.query<{ status: string; result: { refused?: string } }>(
    'select status, result from staff_command where org_id = $1 and id = $2',
    [orgId, id],
  );
  return rows[0]?.result.refused ?? rows[0]?.status;
}
