import type { SubscriptionChange } from '../folds/subscription.ts';
import type { EpochMs } from '../instants.ts';
import { periodAt, type Cycle, type Interval, type Period } from './periods.ts';
import { chargeForDaysLeft, creditForDaysLeft, type Booking } from './proration.ts';
import { localDateOf, startOfDay, type Zone } from './zones.ts';

/** What a subscription comes to: whole periods, and for each change a credit and a charge for the days left. */
export interface SubscriptionCharge extends Booking {
  /** Names the charge once for ever: by the event that caused it, or by the start of a period that followed another. */
  readonly sourceKey: string;
  readonly kind: 'period' | 'credit' | 'charge';
  readonly currency: string;
}

export interface SubscriptionHistory {
  readonly subscriptionId: string;
  /** In the order in which they apply. */
  readonly changes: readonly SubscriptionChange[];
  /** The org's zone at an instant: the bounds of a period are computed once, in the zone that it begins in. */
  readonly zoneAt: (at: EpochMs) => Zone;
}

/** What is charged per period: price x quantity of an active or past due subscription whose terms are complete. */
interface Billed {
  readonly priceMinor: bigint;
  readonly currency: string;
  readonly interval: Interval;
}

interface Running extends Billed {
  readonly cycle: Cycle;
  readonly period: Period;
  /** All that was charged and credited for the period. */
  readonly booked: readonly Booking[];
}

interface Account {
  readonly running: Running | undefined;
  readonly charges: readonly SubscriptionCharge[];
}

/**
 * The charges of all periods and changes up to an instant, without those of 0. A period is charged whole. The day of a change
 * belongs to the new terms: what was booked for the days left is credited, and they are charged at the new price. A change of
 * interval ends the period, and that day becomes the anchor. An end credits the days left.
 */
export function subscriptionCharges(history: SubscriptionHistory, until: EpochMs): SubscriptionCharge[] {
  return accountAt(history, until).charges.filter(({ amountMinor }) => amountMinor !== 0n);
}

/** The period that is charged for at an instant; none while nothing runs. */
export function periodUnderWay(history: SubscriptionHistory, at: EpochMs): Period | undefined {
  return accountAt(history, at).running?.period;
}

function accountAt(history: SubscriptionHistory, until: EpochMs): Account {
  const changes = history.changes.filter(({ changedAt }) => changedAt <= until);
  const nothing: Account = { running: undefined, charges: [] };
  const changed = changes.reduce<Account>(
    (account, change) => afterChange(history, afterPeriods(history, account, change.changedAt), change),
    nothing,
  );
  return afterPeriods(history, changed, until);
}

/** Charges the periods that follow each other until an instant. */
function afterPeriods({ subscriptionId, zoneAt }: SubscriptionHistory, account: Account, until: EpochMs): Account {
  let { running } = account;
  const charges = [...account.charges];
  while (running && running.period.end <= until) {
    const start = running.period.end;
    const sourceKey = `subscription:${subscriptionId}:${new Date(start).toISOString()}`;
    running = begun(running, running.cycle, zoneAt(start), start);
    charges.push(wholePeriod(running, sourceKey));
  }
  return { running, charges };
}

function afterChange(
  { subscriptionId, zoneAt }: SubscriptionHistory,
  account: Account,
  change: SubscriptionChange,
): Account {
  const { running, charges } = account;
  const billed = billedOf(change);
  if (isSame(running, billed)) return account;
  const key = `subscription:${subscriptionId}:${change.eventId}`;
  const zone = zoneAt(change.changedAt);
  const today = startOfDay(localDateOf(change.changedAt, zone), zone);
  const credits = running ? [creditOf(running, `${key}:credit`, today, zone)] : [];
  if (!billed) return { running: undefined, charges: [...charges, ...credits] };
  if (running?.interval === billed.interval) {
    const charge = chargeOf(running, billed, `${key}:charge`, today, zone);
    const booked = [...running.booked, ...credits, charge];
    return { running: { ...running, ...billed, booked }, charges: [...charges, ...credits, charge] };
  }
  const cycle = { anchor: localDateOf(today, zone), interval: billed.interval };
  const restarted = begun(billed, cycle, zone, today);
  return { running: restarted, charges: [...charges, ...credits, wholePeriod(restarted, `${key}:period`)] };
}

function billedOf({ status, priceMinor, quantity, currency, interval }: SubscriptionChange): Billed | undefined {
  if (status !== 'active' && status !== 'past_due') return undefined;
  if (priceMinor === undefined || currency === undefined || interval === undefined) return undefined;
  return { priceMinor: BigInt(priceMinor) * BigInt(quantity), currency, interval };
}

function isSame(a: Billed | undefined, b: Billed | undefined): boolean {
  return a?.priceMinor === b?.priceMinor && a?.interval === b?.interval;
}

function begun({ priceMinor, currency, interval }: Billed, cycle: Cycle, zone: Zone, start: EpochMs): Running {
  const period = periodAt(cycle, zone, start, [start]);
  return { priceMinor, currency, interval, cycle, period, booked: [{ amountMinor: priceMinor, period }] };
}

function wholePeriod({ priceMinor: amountMinor, currency, period }: Running, sourceKey: string): SubscriptionCharge {
  return { sourceKey, kind: 'period', currency, amountMinor, period };
}

function creditOf(running: Running, sourceKey: string, today: EpochMs, zone: Zone): SubscriptionCharge {
  const amountMinor = creditForDaysLeft(running.booked, zone, today);
  return { sourceKey, kind: 'credit', currency: running.currency, amountMinor, period: restOf(running, today) };
}

function chargeOf(running: Running, { priceMinor, currency }: Billed, sourceKey: string, today: EpochMs, zone: Zone) {
  const amountMinor = chargeForDaysLeft(priceMinor, running.period, zone, today);
  return { sourceKey, kind: 'charge', currency, amountMinor, period: restOf(running, today) } as const;
}

function restOf({ period }: Running, today: EpochMs): Period {
  return { start: Math.max(today, period.start), end: period.end };
}
