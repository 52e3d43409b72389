import { dayMs, hourMs } from '#domain/instants';
import type { StoryCalendar, StoryDay } from '../calendar.ts';
import { momentOf, type Moment } from '../moments.ts';
import type { DemoOrg } from '../org.ts';
import { diceOf } from '../random.ts';

const purchasesPerDay = 0.08;
const refundedShare = 0.25;
const skus = ['onboarding', 'workshop', 'export-pack', 'priority-support'] as const;

/** Bought now and then, and some given back, whole or in part. */
export function addonStory(org: DemoOrg, { days }: StoryCalendar): Moment[] {
  if (!org.addons) return [];
  return days.filter(({ month }) => month >= org.since).flatMap((day) => purchaseOf(org, day));
}

function purchaseOf(org: DemoOrg, { date, start }: StoryDay): Moment[] {
  const dice = diceOf(`addon/${org.id}/${date}`);
  if (!dice.isLucky(purchasesPerDay)) return [];
  const purchaseId = `addon-${date}`;
  const at = start + dice.between(8, 18) * hourMs;
  const amountMinor = dice.between(20, 90) * 100;
  const bought = momentOf(org.id, at, `${purchaseId}-bought`, {
    type: 'addon.purchased',
    data: { purchaseId, sku: dice.pick(skus), amountMinor, currency: org.currency },
  });
  if (!dice.isLucky(refundedShare)) return [bought];
  const part = dice.isLucky(0.5) ? { amountMinor: Math.floor(amountMinor / 3) } : {};
  const back = momentOf(org.id, at + dice.between(1, 12) * dayMs, `${purchaseId}-refunded`, {
    type: 'addon.refunded',
    data: { purchaseId, ...part, reason: 'not needed' },
  });
  return [bought, back];
}
