import { weekdays, type BusinessHours } from '#domain/billing/business-hours';
import { incidents } from '../messages/en-incidents.ts';

const holidaysShown = 3;

/** "Mon–Fri 09:00–17:00, Sat 10:00–12:00 (Europe/Berlin); closed on 2026-12-25 and 2 more". Days of the same hours stand together. */
export function formatBusinessHours({ weekly, timeZone, holidays }: BusinessHours, today: string): string {
  const groups: { readonly days: string[]; readonly hours: string }[] = [];
  for (const weekday of weekdays) {
    const hours = (weekly[weekday] ?? []).join(', ').replaceAll('-', '–');
    const last = groups.at(-1);
    if (last?.hours === hours) last.days.push(incidents.weekdays[weekday]);
    else groups.push({ days: [incidents.weekdays[weekday]], hours });
  }
  const open = groups
    .filter(({ hours }) => hours !== '')
    .map(({ days, hours }) => `${days.length > 1 ? `${days.at(0)}–${days.at(-1)}` : days.at(0)} ${hours}`);
  const coming = holidays.filter((day) => day >= today);
  const shown = coming.slice(0, holidaysShown).join(', ');
  const closed = coming.length === 0 ? '' : `; ${incidents.holidays(shown, coming.length - holidaysShown)}`;
  return `${open.join(', ')} (${timeZone})${closed}`;
}
