import { pickedMax } from '../../../../../../actions/picked.ts';
import { exportRowsMax, instantSql, toldSql } from '../../../../../../exports/copy-sql.ts';
import type { CsvColumn } from '../../../../../../exports/copy-sql.ts';
import { chosenRoute } from '../../../../../../exports/list-file.ts';
import { fileRoute } from '../../../../../../exports/export-route.ts';
import { inlineBind } from '../../../../../../lists/bind.ts';
import type { Direction } from '../../../../../../lists/keyset.ts';
import { parseDeliveriesQuery } from '../../../../../../services/provider/deliveries-query.ts';
import type { DeliveriesQuery } from '../../../../../../services/provider/deliveries-query.ts';
import { branchesOf, namedBranches, unionOf } from '../../../../../../services/provider/deliveries-sql.ts';
import type { Branch } from '../../../../../../services/provider/deliveries-sql.ts';
import { deliveriesParams } from '../../../../../../services/provider/deliveries-url.ts';
import { fileSql } from '../../../../../../services/provider/delivery-row.ts';
import { countMatching } from '../../../../../../services/provider/federation.service.ts';

const result = `case when not p.is_event then case when a.status < 300 then 'replayed' else 'refused' end
  when w.event_id is not null or v.status is null then 'accepted' else v.status end`;

const file = {
  page: 'federation',
  name: 'webhook-log',
  columns: [
    { name: 'time', sql: instantSql('p.at') },
    { name: 'organisation', sql: 'coalesce(e.org_id, a.org_id)', isText: true },
    { name: 'type', sql: 'e.type', isText: true },
    { name: 'route', sql: 'a.route', isText: true },
    { name: 'result', sql: result },
    { name: 'status', sql: 'case when p.is_event then 200 else a.status end' },
    { name: 'code', sql: "case when p.is_event then v.rejection_code else nullif(a.code, '') end", isText: true },
    { name: 'requests', sql: 'p.repeats' },
    {
      name: 'took_ms',
      sql: 'case when p.is_event then round(extract(epoch from v.decided_at - v.received_at) * 1000) else a.latency_ms end',
    },
    { name: 'idempotency_key', sql: 'coalesce(e.idempotency_key, a.idempotency_key)', isText: true },
    { name: 'event', sql: 'coalesce(e.id, a.event_id)', isText: true },
    { name: 'key', sql: 'coalesce(e.key_id, a.claimed_key_id)', isText: true },
  ],
} as const;

/** The log as a file: the lines that its filters have, without what the requests contained. */
export const GET = fileRoute(file, (staff, params, told) => {
  const query = parseDeliveriesQuery(params, told);
  return {
    params: deliveriesParams(query, told.zone).toString(),
    zone: query.zone,
    span: query.range?.window,
    sql: (columns) => matchingSql(query, columns, exportRowsMax),
    count: () => countMatching(staff, query),
  };
});

export const POST = chosenRoute(file, {
  ofIds: (ids) => copySql(namedBranches(ids, inlineBind), 'desc', file.columns, ids.length),
  ofMatching: (filters, { told }) => {
    const query = parseDeliveriesQuery(filters, told);
    return {
      sql: matchingSql(query, file.columns, pickedMax),
      params: deliveriesParams(query, told.zone).toString(),
    };
  },
});

function matchingSql(query: DeliveriesQuery, columns: readonly CsvColumn[], rowsMax: number): string {
  return copySql(branchesOf(query, query.range?.window, inlineBind), query.direction, columns, rowsMax);
}

function copySql(branches: readonly Branch[], direction: Direction, columns: readonly CsvColumn[], rowsMax: number) {
  const page = { walk: direction, cursor: undefined, limit: rowsMax };
  const none =
    'select null::timestamptz as at, null::boolean as is_event, null::text as org_id, null::text as event_id, null::bigint as attempt_id, 0 as repeats where false';
  const rows = branches.length > 0 ? unionOf(branches, inlineBind, page) : none;
  return `copy (${fileSql(rows, direction, rowsMax, toldSql(columns))}) to stdout (format csv, header)`;
}
