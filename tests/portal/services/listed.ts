import { auditKpis } from '#portal/app/(provider)/provider/audit/kpis';
import { keyKpis } from '#portal/app/(provider)/provider/federation/kpis';
import { leadKpis } from '#portal/app/(provider)/provider/leads/kpis';
import { presetWindow } from '#portal/lists/windows';
import { paths } from '#portal/paths';
import { auditList } from '#portal/services/provider/audit-list';
import { getAudit, listAudit, summarizeAudit } from '#portal/services/provider/audit.service';
import { parseDeliveriesQuery } from '#portal/services/provider/deliveries-query';
import { readHealth } from '#portal/services/provider/federation-health.service';
import { keysList } from '#portal/services/provider/federation-keys-list';
import { getKey, listKeys, readDueKeys } from '#portal/services/provider/federation-keys.service';
import { listDeliveries } from '#portal/services/provider/federation.service';
import { leadsList } from '#portal/services/provider/leads-list';
import { summarizeLeads } from '#portal/services/provider/lead-figures.service';
import { getLead, listLeads } from '#portal/services/provider/leads.service';
import type { Page } from '#portal/services/provider/list-page';
import { billingLists } from './listed-billing.ts';
import { operationsLists } from './listed-operations.ts';
import { revenueLists } from './listed-revenue.ts';
import { listed, ordered, provider } from './listing.ts';
import type { Keyed, Listed } from './listing.ts';

const billed = "exists (select from invoice_line l where l.org_id = t.org_id and l.source_key = 'lead:' || t.id)";

/** The log, which figures of other lists link to. */
export const log: Pick<Listed, 'path' | 'read'> = {
  path: paths.deliveryLog,
  read: (params, now) => listDeliveries(provider, parseDeliveriesQuery(params, { zone: 'UTC', now })).then(keyed),
};

function keyed(page: Awaited<ReturnType<typeof listDeliveries>>): Page<Keyed> {
  return { ...page, rows: page.rows.map(({ id, at }) => ({ key: { id, at } })) };
}

const clock = "'2026-11-24T14:06:12Z'::timestamptz";
const isLive = `state = 'active' and (expires_at is null or expires_at > ${clock})`;
const isUnused = `${isLive} and coalesce(last_used_at, created_at) < ${clock} - interval '30 days'`;
const hasOld = `exists (select from federation_secret s where s.key_id = t.id and s.valid_until > ${clock})`;

export const lists: readonly Listed[] = [
  listed({
    name: 'keys',
    path: paths.federation,
    list: keysList,
    read: listKeys,
    get: getKey,
    // Of the last day, whatever the list is of.
    summarize: async (staff, query) => ({
      health: await readHealth(staff, presetWindow('24h', Date.parse('2026-11-24T14:06:12Z'), 'UTC')),
      keys: await readDueKeys(staff, query),
    }),
    kpis: keyKpis,
    oracle: ordered('federation_key', 'created_at', 'id'),
    filters: [
      [{ org: 'org-3' }, "org_id = 'org-3'"],
      [{ scope: 'usage' }, "'usage' = any (scopes)"],
      [{ state: 'active' }, `${isLive} and not ${hasOld}`],
      [{ state: 'rotating' }, `${isLive} and ${hasOld}`],
      [{ state: 'expired,disabled' }, `state = 'disabled' or expires_at <= ${clock}`],
      [{ due: 'unused' }, isUnused],
      [{ due: 'expiring,unused' }, `(${isUnused}) or (${isLive} and expires_at < ${clock} + interval '7 days')`],
      [{ q: 'NIGHTLY' }, "name like '%nightly%'"],
    ],
    add: `insert into federation_key (org_id, id, scopes, created_at) values ('org-1', 'later', '{events}', now() + interval '99 days')`,
  }),
  listed({
    name: 'audit',
    path: paths.audit,
    list: auditList,
    read: listAudit,
    get: getAudit,
    summarize: summarizeAudit,
    kpis: auditKpis,
    oracle: ordered('audit_log', 'at', 'seq'),
    filters: [
      [{ org: 'org-1,org-3' }, "org_id in ('org-1', 'org-3')"],
      [{ action: 'event.rejected', org: 'org-0' }, "action = 'event.rejected' and org_id = 'org-0'"],
      [{ actorType: 'staff' }, "actor_type = 'staff'"],
      [{ actorType: 'system' }, "actor_type = 'system'"],
      [{ actor: 'dana@example.com' }, "actor = 'dana@example.com'"],
      [{ address: '192.0.2.1' }, "detail ->> 'address' = '192.0.2.1'"],
      [{ actor: 'fk_42', actorType: 'key' }, "actor = 'fk_42'"],
      [{ actor: 'event:103' }, "actor = 'event:103'"],
      [{ job: 'dunning,metrics' }, "actor like 'job:dunning:%' or actor like 'job:metrics:%'"],
      [{ request: 'req_42' }, "detail ->> 'requestId' = 'req_42'"],
      [{ q: 'req_42' }, "detail ->> 'requestId' = 'req_42'"],
      [{ outcome: 'rejected,failed' }, "outcome in ('rejected', 'failed')"],
      [{ entity: 'lead/L-3' }, "subject = 'lead/L-3'"],
      [{ q: 'L-3' }, "subject = 'lead/L-3'"],
    ],
    add: `insert into audit_log (org_id, seq, at, actor_type, actor, action, subject, detail, prev_hash, hash)
      values ('org-1', 999999, now() + interval '99 days', 'system', 'x', 'event.applied', 'lead/x', '{}', '\\x01', '\\x02')`,
  }),
  listed({
    name: 'leads',
    path: paths.leads,
    list: leadsList,
    read: listLeads,
    get: getLead,
    summarize: summarizeLeads,
    kpis: leadKpis,
    // Filters of several columns share one index.
    plannedApart: ['web,api', 'converted,qualified'],
    oracle: ordered('lead', 'created_at', 'id'),
    filters: [
      [{ org: 'org-1,org-0' }, "org_id in ('org-1', 'org-0')"],
      [{ status: 'converted,qualified' }, `status = 'qualified' or status = 'converted' and not ${billed}`],
      [{ status: 'converted' }, `status = 'converted' and not ${billed}`],
      [{ status: 'invoiced' }, `status = 'converted' and ${billed}`],
      [{ status: 'invoiced,converted' }, "status = 'converted'"],
      [{ status: 'new,invoiced' }, `status = 'new' or status = 'converted' and ${billed}`],
      [{ source: 'partner' }, "source = 'partner'"],
      [
        { source: 'web,api', status: 'new', org: 'org-0' },
        "source in ('web', 'api') and status = 'new' and org_id = 'org-0'",
      ],
      [{ billing: 'unbilled' }, `status = 'converted' and not ${billed}`],
      [{ billing: 'unpriced' }, "status = 'converted' and fee_minor is null"],
      [{ billing: 'unbilled,unpriced' }, `status = 'converted' and (fee_minor is null or not ${billed})`],
      [
        { converted: '2026-11-23_2026-11-24', status: 'converted,invoiced' },
        "status = 'converted' and converted_at >= '2026-11-23Z' and converted_at < '2026-11-25Z'",
      ],
      [{ min: '20', max: '40.5' }, "value_minor / case currency when 'JPY' then 1 else 100.0 end between 20 and 40.5"],
      [{ q: 'ompany 3' }, "company like 'Company 3%'"],
      [{ q: 'LEAD7@' }, "email = 'lead7@example.com'"],
      [{ q: 'L-3' }, "starts_with(id, 'L-3')"],
    ],
    add: `insert into lead (org_id, id, status, created_at, version) values ('org-1', 'later', 'new', now() + interval '99 days', 1)`,
  }),
  ...revenueLists,
  ...operationsLists,
  ...billingLists,
];
