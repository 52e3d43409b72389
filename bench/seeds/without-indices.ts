import type pg from 'pg';

/** Indices are built when the rows are there: a tenth of the time. Primary keys stay, since others refer to them. */
export async function withoutIndices(client: pg.ClientBase, table: string, work: () => Promise<void>): Promise<void> {
  const { rows: indices } = await client.query<{ name: string; definition: string }>(
    `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition from pg_index i
      where i.indrelid = $1::regclass and not exists (select from pg_constraint c where c.conindid = i.indexrelid)`,
    [table],
  );
  for (const { name } of indices) await client.query(`drop index ${name}`);
  await work();
  for (const { definition } of indices) await client.query(definition);
}
