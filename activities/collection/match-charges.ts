import type pg from 'pg';
import { providerChain } from '#domain/ids';
import { matchWithProvider, type MatchedCharge, type Mismatch, type OwnPayment } from '#domain/billing/provider-match';
import { inTenants } from '#prisma/pool';
import { instantText, msOf } from '../instant-text.ts';
import type { Counts, JobPhase, SlotAt } from '../jobs/job-phase.ts';
import { occasionOf } from './decide-book.ts';
import { adoptCharge } from './adopt-charge.ts';
import { dueIds } from './due-ids.ts';
import { writeFindings, type Finding } from './findings.ts';
import { writeCharges } from './import-charges.ts';
import { askForMissingRefunds, findRefunds } from './match-refunds.ts';
import { idOf, type InvoiceName } from './names.ts';
import type { CollectionResources } from './resources.ts';
import { readRows, type RowReader } from './rows.ts';
import type { UnbookedCharge } from './standing.ts';
import { takeBackRefunds } from './take-back-refunds.ts';
import { decideAndWrite } from './within-lock.ts';

const orgsAtOnce = 20;

/**
 * Matches our books with the provider's list, both ways, for the orgs in which the two differ. A charge that the books lack is taken into
 * them, never charged again; what cannot be explained is a finding, audited once. Key: the payment's (provider, ref); the finding's subject.
 */
export function matchPhase(resources: CollectionResources): JobPhase {
  const { db } = resources;
  return {
    name: 'provider-match',
    setSize: orgsAtOnce,
    pageSize: orgsAtOnce,
    waitsForOthers: true,
    due: (slot, range) => dueIds(db, 'due_for_provider_match', slot.at, range),
    async apply(orgIds, slot) {
      await readMissing(resources, orgIds, slot);
      const asked = await askForMissingRefunds(resources, orgIds, slot);
      return inTenants(db, orgIds, async (client) => {
        const occasion = occasionOf(resources, slot);
        const adopted = await adoptMissing(client, resources, orgIds, slot);
        await takeBackRefunds(client, orgIds, occasion);
        const mismatches = await findMismatches(client, orgIds, slot);
        const findings = [
          ...mismatches.map(findingOf),
          ...(await findDisputed(client, orgIds, slot)),
          ...(await findRefunds(client, orgIds, slot, asked)),
        ];
        await writeFindings(client, findings, occasion);
        return { adopted, mismatches: findings.length } satisfies Counts;
      });
    },
  };
}

const window = 'provider_watermark w';
const chargeColumns = `c.provider, c.ref, c.org_id, c.invoice_id, c.provider_key, c.amount_minor, c.currency,
  ${msOf('c.charged_at')} as charged_at`;

/** Payments that the list did not have are asked for by their ref, before anything is said about them. */
async function readMissing({ db, providers }: CollectionResources, orgIds: readonly string[], { at }: SlotAt) {
  const missing = await inTenants(db, orgIds, (client) =>
    readRows(
      client,
      `select p.provider, p.provider_ref from ${window} join payment p on p.provider = w.provider and p.status = 'succeeded'
          and p.settled_at >= w.since and p.settled_at <= w.through and p.org_id = any($1)
        left join provider_charge c on c.provider = p.provider and c.ref = p.provider_ref
       where w.matched_at = $2 and c.ref is null and p.provider_ref is not null`,
      [orgIds, instantText(at)],
      (row) => ({ provider: row.text('provider'), ref: row.text('provider_ref') }),
    ),
  );
  for (const { provider, ref } of missing) {
    const charge = await providers.get(provider)?.read(ref);
    if (charge) await writeCharges(db, provider, [charge]);
  }
}

async function adoptMissing(
  client: pg.PoolClient,
  resources: CollectionResources,
  orgIds: readonly string[],
  slot: SlotAt,
): Promise<number> {
  const missing = await readRows(
    client,
    `select ${chargeColumns} from ${window} join charge_to_explain c on c.provider = w.provider and c.charged_at >= w.since and c.org_id = any($1)
       left join payment p on p.provider = c.provider and p.provider_ref = c.ref and p.status = 'succeeded'
     where w.matched_at = $2 and p.ref is null order by c.charged_at, c.ref`,
    [orgIds, instantText(slot.at)],
    chargeOfRow,
  );
  if (missing.length === 0) return 0;
  return decideAndWrite(client, distinct(missing), occasionOf(resources, slot), (book, standingOf) => {
    let adopted = 0;
    for (const { charge, ...name } of missing) {
      const standing = standingOf(name);
      if (standing && ['settled', 'adopted'].includes(adoptCharge(book, standing, charge))) adopted += 1;
    }
    return adopted;
  });
}

async function findMismatches(client: pg.PoolClient, orgIds: readonly string[], { at }: SlotAt): Promise<Mismatch[]> {
  const values = [orgIds, instantText(at)];
  const ours = await readRows(
    client,
    `select p.provider_ref as ref, p.org_id, p.invoice_id, p.amount_minor, p.currency, p.method from ${window}
       join payment p on p.provider = w.provider and p.status = 'succeeded' and p.org_id = any($1) and p.provider_ref is not null
         and (p.settled_at between w.since and w.through or exists (
           select from provider_charge c where c.provider = w.provider and c.ref = p.provider_ref and c.charged_at >= w.since))
     where w.matched_at = $2`,
    values,
    (row): OwnPayment => ({ ...matchedOf(row), method: row.text('method') }),
  );
  const theirs = await readRows(
    client,
    `select c.ref, c.org_id, c.invoice_id, c.amount_minor, c.currency from ${window}
       join charge_to_explain c on c.provider = w.provider and c.org_id = any($1)
         and (c.charged_at >= w.since or exists (select from payment p where p.provider = w.provider and p.provider_ref = c.ref
           and p.org_id = c.org_id and p.settled_at between w.since and w.through))
     where w.matched_at = $2`,
    values,
    matchedOf,
  );
  return matchWithProvider(ours, theirs);
}

function findingOf({ providerRef, problem, ours, theirs }: Mismatch): Finding {
  return { orgId: (ours[0] ?? theirs[0])?.orgId ?? providerChain, chargeRef: providerRef, problem };
}

/** A dispute that the books could not take. */
function findDisputed(client: pg.ClientBase, orgIds: readonly string[], { at }: SlotAt): Promise<Finding[]> {
  return readRows(
    client,
    `select c.org_id, c.ref from ${window} join provider_charge c on c.provider = w.provider and c.charged_at >= w.since
       and c.status = 'succeeded' and c.is_disputed and c.org_id = any($1)
     join payment p on p.provider = c.provider and p.provider_ref = c.ref and p.org_id = c.org_id
     where w.matched_at = $2 and not exists (select from provider_dispute d
       where d.provider = c.provider and d.charge_ref = c.ref and d.status = d.booked_status)`,
    [orgIds, instantText(at)],
    (row) => ({ orgId: row.text('org_id'), chargeRef: row.text('ref'), problem: 'disputed' }),
  );
}

function matchedOf(row: RowReader): MatchedCharge {
  return {
    providerRef: row.text('ref'),
    orgId: row.text('org_id'),
    invoiceId: row.text('invoice_id'),
    amountMinor: row.minor('amount_minor'),
    currency: row.text('currency'),
  };
}

interface ListedCharge extends InvoiceName {
  readonly charge: UnbookedCharge;
}

function chargeOfRow(row: RowReader): ListedCharge {
  return {
    orgId: row.text('org_id'),
    invoiceId: row.text('invoice_id'),
    charge: {
      provider: row.text('provider'),
      ref: row.text('ref'),
      key: row.optionalText('provider_key'),
      amountMinor: row.minor('amount_minor'),
      currency: row.text('currency'),
      chargedAt: row.number('charged_at'),
    },
  };
}

function distinct(names: readonly InvoiceName[]): InvoiceName[] {
  return [...new Map(names.map(({ orgId, invoiceId }) => [idOf({ orgId, invoiceId }), { orgId, invoiceId }])).values()];
}
