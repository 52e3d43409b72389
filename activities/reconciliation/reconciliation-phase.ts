import type pg from 'pg';
import type { ReconciledCell } from '#domain/billing/reconciliation';
import { inTenants } from '#prisma/pool';
import { readReconciliation } from '#prisma/reconciliation';
import { instantText } from '../instant-text.ts';
import { inRange, type JobPhase } from '../jobs/job-phase.ts';
import { providerOrg } from '../metrics/provider-org.ts';

/** Both sides of so many orgs are read at once. */
const setSize = 100;
/** Rows that differ, kept per cell for staff to look at. */
const differencesMax = 100;

/**
 * Reads sources and lines again, of orgs that changed or by force of all, and keeps what was found, per org, month, stream and currency: staff
 * see a matrix that no page could read live. Key: the cell; what is as it was is not written.
 */
export function reconciliationPhase(db: pg.Pool): JobPhase {
  return {
    name: 'reconciliation',
    setSize,
    due: async ({ isForced }, range) => {
      const { rows } = await db.query<{ org_id: string }>({
        name: 'due-for-reconciliation',
        text: `select org_id from due_for_reconciliation($3) where $1::text is null or (org_id collate "C" > $1 and org_id collate "C" <= $2)
          order by org_id collate "C"`,
        values: [range?.after, range?.until, isForced],
      });
      return rows.map(({ org_id }) => org_id);
    },
    async apply(orgIds, { at }) {
      return inTenants(db, [...orgIds], async (client) => {
        // What changes after this leaves a mark that stays.
        await client.query({
          name: 'take-reconciliation-marks',
          text: 'delete from reconciliation_mark where org_id = any ($1)',
          values: [orgIds],
        });
        const cells = await readReconciliation(client, orgIds, at);
        await putCells(client, orgIds, cells);
        return { orgsReconciled: orgIds.length, cellsDiffering: cells.filter(isDiffering).length };
      });
    },
  };
}

/** Says through when the matrix holds, once all of it is found. Key: the instant, which only goes on. */
export function reconciledPhase(db: pg.Pool): JobPhase {
  return {
    name: 'reconciled',
    setSize: 1,
    orgOf: () => providerOrg,
    due: (_slot, range) => Promise.resolve(inRange([providerOrg], range)),
    async apply(_ids, { at }) {
      await db.query(
        `insert into metric_watermark (metric, through) values ('reconciliation', $1)
         on conflict (metric) do update set through = greatest(metric_watermark.through, excluded.through)`,
        [instantText(at)],
      );
      return {};
    },
  };
}

async function putCells(client: pg.ClientBase, orgIds: readonly string[], cells: readonly ReconciledCell[]) {
  const rows = JSON.stringify(cells.map(rowOf));
  await client.query({
    name: 'drop-cells',
    text: `delete from reconciliation_cell c where c.org_id = any ($1) and not exists (
        select from json_to_recordset($2) as k (org_id text, month_at timestamptz, cell text)
        where k.org_id = c.org_id and k.month_at = c.month_at and k.cell = c.cell)`,
    values: [orgIds, rows],
  });
  await client.query({
    name: 'put-cells',
    text: `insert into reconciliation_cell as c select k.* from json_populate_recordset(null::reconciliation_cell, $1) k
      on conflict (org_id, month_at, cell) do update set expected_minor = excluded.expected_minor, invoiced_minor = excluded.invoiced_minor,
        paid_minor = excluded.paid_minor, credited_minor = excluded.credited_minor, gap_minor = excluded.gap_minor,
        differing = excluded.differing, differences = excluded.differences
      where (c.expected_minor, c.invoiced_minor, c.paid_minor, c.credited_minor, c.differing, c.differences)
        is distinct from (excluded.expected_minor, excluded.invoiced_minor, excluded.paid_minor, excluded.credited_minor, excluded.differing,
          excluded.differences)`,
    values: [rows],
  });
}

function rowOf(cell: ReconciledCell) {
  const { orgId, stream, currency, month, differences } = cell;
  return {
    org_id: orgId,
    month_at: `${month}T00:00:00Z`,
    cell: `${stream}:${currency}`,
    stream,
    currency,
    expected_minor: String(cell.expectedMinor),
    invoiced_minor: String(cell.invoicedMinor),
    paid_minor: String(cell.paidMinor),
    credited_minor: String(cell.creditedMinor),
    gap_minor: String(cell.gapMinor),
    differing: differences.length,
    differences: differences.slice(0, differencesMax).map(({ source, expectedMinor, invoicedMinor }) => ({
      source,
      expected: String(expectedMinor),
      invoiced: String(invoicedMinor),
    })),
  };
}

function isDiffering({ differences }: ReconciledCell) {
  return differences.length > 0;
}
