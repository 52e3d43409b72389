import 'server-only';
import type { Route } from 'next';
import { dayMs, hourMs } from '#domain/instants';
import { assertCan, can } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import { bucketStart, plusDays, startOfUtcDay, utcDay } from '../../lists/buckets.ts';
import { listHref } from '../../lists/list-href.ts';
import { paths } from '../../paths.ts';
import { database } from '../../server/database.ts';
import { moreFirst } from './money-sums.ts';
import type { Money } from './money-sums.ts';
import { ofOrgs, some } from './of-orgs.ts';

export const attentionKinds = ['dunning', 'gap', 'sla', 'credits', 'job', 'key'] as const;
export type AttentionKind = (typeof attentionKinds)[number];

/** Something that staff should look at, with why and where. */
export interface Attention {
  readonly kind: AttentionKind;
  /** What it is about: an invoice's number, an incident's title, a key. */
  readonly subject: string;
  readonly org: string | undefined;
  readonly money: Money | undefined;
  /** Since when, or by when. */
  readonly at: number;
  readonly href: Route;
}

const shownMax = 8;

interface Found {
  readonly subject: string | null;
  readonly org_id: string;
  readonly org_name: string;
  readonly row_id: string;
  readonly minor: string | null;
  readonly currency: string | null;
  readonly at: Date;
}

/** At most eight, by money, then by age, of all organisations or of those named. What a role may not see of its pages it does not learn here. */
export async function listAttention(
  staff: Staff,
  at: number,
  orgs: readonly string[] = [],
): Promise<readonly Attention[]> {
  assertCan(staff, 'dashboard', 'operations');
  const hasMoney = can(staff, 'dashboard', 'money');
  const found = await Promise.all([
    hasMoney ? dunningDue(at, orgs) : [],
    hasMoney ? gaps(orgs) : [],
    slaDue(at, orgs),
    creditsUp(at, orgs),
    can(staff, 'dev-aids') ? jobsFailed(at, orgs) : [],
    can(staff, 'federation') ? keysEnding(at, orgs) : [],
  ]);
  return found
    .flat()
    .toSorted((a, b) => moreFirst(a.money, b.money) || a.at - b.at)
    .slice(0, shownMax);
}

type Orgs = readonly string[];

async function dunningDue(at: number, orgs: Orgs) {
  return read(
    'dunning',
    `select coalesce(i.number, i.ref) as subject, c.org_id, o.name as org_name, i.id as row_id, i.due_minor::text as minor, i.currency, c.next_at as at
     from dunning_case c join invoice i on i.org_id = c.org_id and i.id = c.invoice_id join org o on o.id = c.org_id
     where c.next_at < $1 and c.closed_at is null and (c.paused_at is null or c.paused_until < $1)${ofOrgs('c.org_id', orgs, 2)} order by i.due_minor desc limit ${shownMax}`,
    [new Date(startOfUtcDay(plusDays(utcDay(at), 1))), ...some(orgs)],
    ({ org_id, row_id }) => listHref(paths.dunning, new URLSearchParams({ row: `${org_id}:${row_id}` })),
  );
}

async function gaps(orgs: Orgs) {
  return read(
    'gap',
    `select c.stream as subject, c.org_id, o.name as org_name, c.cell as row_id, abs(c.gap_minor)::text as minor, c.currency, c.month_at as at
     from reconciliation_cell c join org o on o.id = c.org_id where c.differing > 0${ofOrgs('c.org_id', orgs, 1)} order by abs(c.gap_minor) desc limit ${shownMax}`,
    some(orgs),
    ({ org_id }) => listHref(paths.billing, new URLSearchParams({ gaps: 'only', org: org_id })),
  );
}

async function slaDue(at: number, orgs: Orgs) {
  return read(
    'sla',
    `select i.title as subject, i.org_id, o.name as org_name, i.id as row_id, null as minor, null as currency, i.resolution_due_at as at
     from incident i join org o on o.id = i.org_id
     where i.status in ('open', 'escalated') and i.resolution_due_at < $1${ofOrgs('i.org_id', orgs, 2)} order by i.resolution_due_at limit ${shownMax}`,
    [new Date(at + hourMs), ...some(orgs)],
    ({ org_id, row_id }) => listHref(paths.incidents, new URLSearchParams({ row: `${org_id}:${row_id}` })),
  );
}

async function creditsUp(at: number, orgs: Orgs) {
  return read(
    'credits',
    `select null as subject, a.org_id, o.name as org_name, '' as row_id, null as minor, null as currency, a.fired_at as at
     from ai_alert a join org o on o.id = a.org_id where a.month = $1 and a.level >= 100${ofOrgs('a.org_id', orgs, 2)} order by a.fired_at limit ${shownMax}`,
    [bucketStart(utcDay(at), 'month'), ...some(orgs)],
    ({ org_id }) => listHref(paths.ai, new URLSearchParams({ org: org_id, from: 'mtd' })),
  );
}

const jobDays = 2;

/** A job that broke off did so for every organisation; one that went on without some, for those alone. */
async function jobsFailed(at: number, orgs: Orgs) {
  const ofOrg = `s.status = 'failed' or exists (select from job_org_failure f
    where f.job = s.job and f.slot = s.slot and f.holder = s.holder${ofOrgs('f.org_id', orgs, 2)})`;
  return read(
    'job',
    `select s.job as subject, '' as org_id, '' as org_name, s.slot as row_id, null as minor, null as currency, s.started_at as at
     from (select distinct on (job) job, slot, holder, status, started_at from job_slot where started_at >= $1 order by job, started_at desc) s
     where s.status in ('failed', 'partial')${orgs.length > 0 ? ` and (${ofOrg})` : ''} order by s.started_at limit ${shownMax}`,
    [new Date(at - jobDays * dayMs), ...some(orgs)],
    () => listHref(paths.jobs, new URLSearchParams({ status: 'failed,partial' })),
  );
}

const keyDays = 7;

async function keysEnding(at: number, orgs: Orgs) {
  return read(
    'key',
    `select k.id as subject, k.org_id, o.name as org_name, k.id as row_id, null as minor, null as currency, k.expires_at as at
     from federation_key k join org o on o.id = k.org_id
     where k.state = 'active' and k.deleted_at is null and k.expires_at >= $1 and k.expires_at < $2${ofOrgs('k.org_id', orgs, 3)} order by k.expires_at limit ${shownMax}`,
    [new Date(at), new Date(at + keyDays * dayMs), ...some(orgs)],
    ({ org_id, row_id }) => listHref(paths.federation, new URLSearchParams({ row: `${org_id}:${row_id}` })),
  );
}

async function read(
  kind: AttentionKind,
  text: string,
  values: readonly unknown[],
  hrefOf: (found: Found) => Route,
): Promise<readonly Attention[]> {
  const { rows } = await database().pool.query<Found>(text, [...values]);
  return rows.map((found) => ({
    kind,
    subject: found.subject ?? '',
    org: found.org_name || undefined,
    money:
      found.minor === null || found.currency === null
        ? undefined
        : { minor: BigInt(found.minor), currency: found.currency },
    at: found.at.getTime(),
    href: hrefOf(found),
  }));
}
