import { hourMs } from '#domain/instants';
import type { StoryCalendar, StoryDay } from '../calendar.ts';
import { momentOf, type Moment } from '../moments.ts';
import type { DemoOrg } from '../org.ts';
import { diceOf } from '../random.ts';

const daysOfMonth = 30;
const features = ['lead_analysis', 'rfp_strategy', 'pricing'] as const;
const models = ['small', 'large'] as const;
/** Bought credits: in the first month of every quarter, a fifth of what a month uses. */
const topUpDay = 9;

/** A use a day, which in some orgs passes the alerts of the month's allowance; credits bought each quarter. */
export function aiStory(org: DemoOrg, { days }: StoryCalendar): Moment[] {
  const own = days.filter(({ month }) => month >= org.since);
  return own.flatMap((day) => [...useOf(org, day), ...topUpOf(org, day)]);
}

function useOf(org: DemoOrg, { date, start }: StoryDay): Moment[] {
  if (org.aiCredits === 0) return [];
  const dice = diceOf(`ai/${org.id}/${date}`);
  const credits = (org.aiCredits / daysOfMonth) * (0.6 + 0.8 * dice.roll());
  const promptTokens = dice.between(2_000, 40_000);
  return [
    momentOf(org.id, start + dice.between(6, 20) * hourMs, `ai-${date}`, {
      type: 'ai.used',
      data: {
        usageId: `ai-${date}`,
        feature: dice.pick(features),
        model: dice.pick(models),
        credits: credits.toFixed(3),
        promptTokens,
        completionTokens: Math.floor(promptTokens / 6),
        costMinor: dice.between(10, 400),
        currency: org.currency,
        meta: {
          latencyMs: dice.between(400, 4_000),
          outcome: dice.isLucky(0.04) ? 'timeout' : 'ok',
          requestId: `req-${org.id}-${date}`,
        },
      },
    }),
  ];
}

function topUpOf(org: DemoOrg, { date, start, month, dayOfMonth }: StoryDay): Moment[] {
  if (org.aiCredits === 0 || dayOfMonth !== topUpDay || month % 3 !== 0) return [];
  const purchaseId = `credits-${date}`;
  const credits = Math.ceil(org.aiCredits / 5);
  return [
    momentOf(org.id, start + 10 * hourMs, purchaseId, {
      type: 'ai.credits_purchased',
      data: { purchaseId, credits, amountMinor: credits * 2, currency: org.currency },
    }),
  ];
}
