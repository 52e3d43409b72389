import { createHash } from 'node:crypto';
import { hourMs } from '#domain/instants';
import type { StoryCalendar, StoryDay } from '../calendar.ts';
import { momentOf, type Moment } from '../moments.ts';
import type { DemoOrg } from '../org.ts';
import { diceOf } from '../random.ts';

const suites = [
  { suite: 'answers', model: 'large', cases: 20, everyDays: 7, on: 5 },
  { suite: 'lead scoring', model: 'small', cases: 12, everyDays: 7, on: 2 },
] as const;
const questions = [
  'a refund of a part',
  'two plans in one month',
  'a late invoice',
  'an unknown sku',
  'a lead without mail',
];
/** A change of the prompt in this month of the story makes cases fail that passed before; the month after mends most. */
const regressionMonths: readonly number[] = [4, 8, 12];

/** Runs of CI each week on the main branch, and some on a branch beside it: mostly good, with regressions that are mended later. */
export function evaluationStory(org: DemoOrg, { days }: StoryCalendar): Moment[] {
  if (!org.evaluates) return [];
  return days
    .filter(({ month }) => month >= org.since)
    .flatMap((day) =>
      suites
        .filter(({ everyDays, on }) => day.dayOfMonth % everyDays === on)
        .flatMap((suite) => [runOf(org, day, suite, 'main'), ...besideOf(org, day, suite)]),
    );
}

type Suite = (typeof suites)[number];

function besideOf(org: DemoOrg, day: StoryDay, suite: Suite): Moment[] {
  const isLucky = diceOf(`branch/${org.id}/${suite.suite}/${day.date}`).isLucky(0.3);
  return isLucky ? [runOf(org, day, suite, 'shorter-prompt')] : [];
}

function runOf(org: DemoOrg, { date, start, month, dayOfMonth }: StoryDay, told: Suite, branch: string): Moment {
  const { suite, model, cases } = told;
  const runId = `${suite.replace(' ', '-')}-${branch}-${date}`;
  const dice = diceOf(`evaluation/${org.id}/${runId}`);
  const isRegressed = regressionMonths.includes(month) && dayOfMonth > 10;
  const failed = isRegressed ? dice.between(3, 5) : dice.between(0, 1);
  const durationMs = cases * dice.between(3_000, 5_000);
  return momentOf(org.id, start + 4 * hourMs, `evaluation-${runId}`, {
    type: 'evaluation.completed',
    data: {
      runId,
      suite,
      commit: createHash('sha256').update(runId).digest('hex').slice(0, 12),
      model,
      passed: cases - failed,
      failed,
      score: 1 - failed / cases,
      url: `https://ci.example.com/runs/${runId}`,
      cases: Array.from({ length: cases }, (_, index) => ({
        name: `${questions[index % questions.length]}, ${index + 1}`,
        passed: index >= failed,
        score: index >= failed ? 0.9 + dice.roll() / 10 : dice.roll() / 2,
        ...(index < failed && { detail: JSON.stringify(failureOf(index)) }),
      })),
      meta: {
        branch,
        costMinor: cases * dice.between(2, 9),
        currency: org.currency,
        durationMs,
        latencyMs: dice.between(900, isRegressed ? 5_200 : 2_400),
      },
    },
  });
}

/** What a case says that fails. */
function failureOf(index: number) {
  return {
    reason: 'The amount is not the one that the customer asked for.',
    expected: 'Refund 12.00 EUR\nto the card of the payment\nand say when it arrives.',
    actual: `Refund ${index + 1}00.00 EUR\nto the card of the payment\nand say sorry.`,
    trace: 'system: be brief\nuser: I want a part of my money back\nassistant: …',
  };
}
