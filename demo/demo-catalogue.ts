import { readFile } from 'node:fs/promises';
import type pg from 'pg';
import { applyCatalogue } from '#prisma/catalog-apply';
import { readCatalogueText } from '#prisma/catalog-file';
import { dateOfDay } from '#domain/local-dates';
import { utcDayOf } from '#domain/billing/periods';
import type { StoryCalendar } from './calendar.ts';
import type { DemoOrg } from './org.ts';

const plansFile = new URL('plans.json', import.meta.url);

/** The demo's plans and how its orgs are billed, as an operator would apply them. Key: applied again nothing changes. */
export async function applyDemoCatalogue(
  db: pg.Pool,
  orgs: readonly DemoOrg[],
  calendar: StoryCalendar,
  at: number,
): Promise<void> {
  await applyText(db, await readFile(plansFile, 'utf8'), at);
  await applyText(
    db,
    JSON.stringify({ orgs: Object.fromEntries(orgs.map((org) => [org.id, settingsOf(org, calendar)])) }),
    at,
  );
}

async function applyText(db: pg.Pool, text: string, at: number) {
  const read = readCatalogueText(text);
  const applied = read.ok ? await applyCatalogue(db, read.file, { at, by: 'demo' }) : read;
  if (!applied.ok) throw new Error(`the demo's catalogue is refused: ${JSON.stringify(applied.problems)}`);
}

function settingsOf(
  { name, timeZone, taxRate, dueDays, token, endState, plan, since }: DemoOrg,
  calendar: StoryCalendar,
) {
  const from = calendar.days.find(({ month }) => month === since)?.date ?? dateOfDay(utcDayOf(calendar.at(since, 1)));
  return {
    name,
    timeZone,
    ...(taxRate !== undefined && { taxRate }),
    ...(dueDays !== undefined && { dueDays }),
    ...(token !== undefined && { paymentMethod: { provider: 'sandbox', token } }),
    ...(endState && { dunning: { retryDays: [1, 3, 5, 7, 14], graceDays: 7, endState } }),
    ...(plan !== undefined && { plan: { from, plan } }),
  };
}
