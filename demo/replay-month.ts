import { dayMs } from '#domain/instants';
import { slotAt, slotOf } from '#domain/jobs';
import { addMonths, dateOfDay, dayNumberOf, type LocalDate } from '#domain/local-dates';
import type { ReconciledCell } from '#domain/billing/reconciliation';
import { totalsByCurrency } from '#domain/money';
import { moneyText } from '#domain/money-text';
import { checkInvariants } from '#prisma/invariants';
import { parseKeyring } from '#prisma/keyring';
import { createPool } from '#prisma/pool';
import { readReconciliation } from '#prisma/reconciliation';
import { singleMonth } from './calendar.ts';
import { applyDemoCatalogue } from './demo-catalogue.ts';
import { openNights } from './nights.ts';
import type { DemoOrg } from './org.ts';
import { demoOrgs } from './orgs.ts';
import { openPastGateway } from './past-gateway.ts';
import { storyOf } from './stories.ts';
import { billingEnvOf, type DemoSystem } from './system.ts';
import { openTelling } from './telling.ts';

export interface MonthResult {
  readonly moments: number;
  /** Rows of the reconciliation, and those in which what was to be billed and what was differ. */
  readonly reconciled: {
    readonly rows: number;
    /** Expected - invoiced, one for each currency. */
    readonly gaps: readonly string[];
    readonly differing: readonly ReconciledCell[];
  };
  readonly violations: readonly { readonly id: string; readonly subjects: readonly string[] }[];
}

export interface MonthOptions {
  readonly say: (line: string) => void;
  /** Ends it between two days. */
  readonly signal?: AbortSignal;
  /** Nights after the month: it is closed in the first two, and what failed is tried again in the others. */
  readonly nightsAfter: number;
  /** Days from night to night; 1 unless said. The last day always has its night. */
  readonly daysPerNight?: number;
  /** Afterwards the jobs are run as of now, so that no night is left out between the month and today. */
  readonly catchesUp?: boolean;
  /** Orgs of the story; all twelve unless said. */
  readonly orgs?: readonly DemoOrg[];
}

/** Orgs of their own, so that a month may be replayed beside whatever is there. */
export function monthPrefix(month: string): string {
  return `m${month.replace('-', '')}-`;
}

/**
 * Replays one month against the running system, day by day: what the tenants tell by the client, then the jobs of the night by their slots.
 * Done again it changes nothing.
 */
export async function replayMonth(system: DemoSystem, month: string, options: MonthOptions): Promise<MonthResult> {
  const { say, nightsAfter, daysPerNight = 1 } = options;
  const db = createPool({ url: system.databaseUrl, role: 'migrator', max: 4, applicationName: 'demo' });
  const calendar = singleMonth(month);
  const prefix = monthPrefix(month);
  const ring = parseKeyring(system.keyEncryptionKeys);
  const orgs = (options.orgs ?? demoOrgs).map((org) => ({ ...org, since: 0 }));
  const named = orgs.map((org) => ({ ...org, id: `${prefix}${org.id}` }));
  const moments = storyOf(orgs, calendar, { usageEveryDays: 1, prefix });
  let now = calendar.days[0]?.start ?? 0;
  await applyDemoCatalogue(db, named, calendar, now);
  const nights = openNights(billingEnvOf(system), { isForced: true, say });
  const resume = await nights.pauseSchedules();
  const gateway = await openPastGateway(system, ring, () => now);
  const telling = await openTelling(
    db,
    ring,
    gateway.url,
    named.map(({ id }) => id),
  );
  try {
    for (const [index, { date, start }] of calendar.days.entries()) {
      options.signal?.throwIfAborted();
      await telling.tell(
        moments.filter(({ at }) => start <= at && at < start + dayMs),
        (at) => (now = Math.max(now, at)),
      );
      if ((index + 1) % daysPerNight > 0 && index + 1 < calendar.days.length) continue;
      await telling.settled();
      await nights.night(dayAfter(date));
      say(`${date} told and rated`);
    }
    const later = nightsAfterMonth(month, nightsAfter);
    for (const date of later) {
      options.signal?.throwIfAborted();
      await nights.night(date);
      say(`${date} collected`);
    }
    if (options.catchesUp) await nights.catchUp();
    const lastNight = later.at(-1) ?? addMonths(`${month}-01`, 1);
    const rated = ratedThrough(options.catchesUp ? slotOf('nightly-rating', Date.now()) : lastNight);
    const reconciled = await reconciledOf(
      system,
      named.map(({ id }) => id),
      rated,
    );
    return { moments: moments.length, reconciled, violations: await violationsOf(db) };
  } finally {
    await telling.close();
    await gateway.close();
    await resume();
    await nights.close();
    await db.end();
  }
}

/** From the second of the next month on: the first night of it is the month's last. */
function nightsAfterMonth(month: string, count: number): LocalDate[] {
  const first = dayNumberOf(addMonths(`${month}-01`, 1));
  return Array.from({ length: count }, (_, index) => dateOfDay(first + 1 + index));
}

/** The last night that was run: those to come are left out. */
function ratedThrough(night: LocalDate): number {
  const slot = [night, slotOf('nightly-rating', Date.now())].toSorted()[0] ?? night;
  return slotAt('nightly-rating', slot) ?? Date.now();
}

async function reconciledOf({ databaseUrl }: DemoSystem, orgIds: readonly string[], at: number) {
  const db = createPool({ url: databaseUrl, role: 'portal', max: 1, applicationName: 'demo-reconciliation' });
  try {
    const cells = await readReconciliation(db, orgIds, at);
    return {
      rows: cells.length,
      gaps: totalsByCurrency(cells.map(({ gapMinor, currency }) => ({ amountMinor: gapMinor, currency }))).map(
        ({ amountMinor, currency }) => moneyText(amountMinor, currency),
      ),
      differing: cells.filter(({ gapMinor, differences }) => gapMinor !== 0n || differences.length > 0),
    };
  } finally {
    await db.end();
  }
}

async function violationsOf(db: Parameters<typeof checkInvariants>[0]) {
  const results = await checkInvariants(db, { isQuiesced: true });
  return results
    .filter(({ violations }) => violations.length > 0)
    .map(({ id, violations }) => ({
      id,
      subjects: violations.map(({ orgId, subject, detail }) => `${orgId}/${subject}: ${detail}`),
    }));
}

function dayAfter(date: string): string {
  return dateOfDay(dayNumberOf(date) + 1);
}
