import { can } from '../../../../auth/access.ts';
import { readFactors } from '../../../../auth/factors.ts';
import type { Staff } from '../../../../auth/session.ts';
import type { Kpi } from '../../../../components/kpi/kpi.ts';
import { countCourse } from '../../../../components/list/course.ts';
import { formatCount, nothing } from '../../../../format/numbers.ts';
import { formatInstant, zoneLabel } from '../../../../format/times.ts';
import { settings } from '../../../../messages/en-settings.ts';
import { metricHref } from '../../../../metrics/metric.ts';
import type { Metric } from '../../../../metrics/metric.ts';
import { settingsMetrics } from '../../../../metrics/settings.ts';
import type { Preferences } from '../../../../preferences/preferences.ts';
import { database } from '../../../../server/database.ts';
import { readOwnSessions } from '../../../../services/provider/sessions.service.ts';
import { readStaffFigures } from '../../../../services/provider/staff.service.ts';

const { notes } = settings;

/** Of all staff for whoever looks after them, else the member's own. */
export function settingsKpis(staff: Staff, preferences: Preferences): Promise<readonly Kpi[]> {
  return can(staff, 'settings', 'staff') ? staffKpis(staff, preferences) : ownKpis(staff, preferences);
}

async function staffKpis(staff: Staff, { zone, clock }: Preferences): Promise<readonly Kpi[]> {
  const { active, withoutSecondFactor, openSessions, membersWithSessions, seededAt, seededMembers, courses } =
    await readStaffFigures(staff);
  const isSeeded = seededAt !== undefined;
  return [
    {
      ...counted(settingsMetrics.active, active, notes.active(formatCount(seededMembers))),
      ...countCourse(courses.get('staff.active'), active),
    },
    {
      ...counted(settingsMetrics.bare, withoutSecondFactor, notes.bare(formatCount(active))),
      ...countCourse(courses.get('staff.bare'), withoutSecondFactor),
    },
    {
      ...counted(settingsMetrics.sessions, openSessions, notes.sessions(formatCount(membersWithSessions))),
      ...countCourse(courses.get('staff.sessions'), openSessions),
    },
    told(
      settingsMetrics.seed,
      isSeeded ? formatInstant(seededAt, zone, 'minute', clock) : nothing,
      isSeeded ? notes.seed(zoneLabel(zone, seededAt), formatCount(seededMembers)) : notes.neverSeeded,
    ),
  ];
}

async function ownKpis(staff: Staff, { zone, clock }: Preferences): Promise<readonly Kpi[]> {
  const [sessions, factors] = await Promise.all([readOwnSessions(staff), readFactors(database().pool, staff.id)]);
  const { hasAuthenticator, passkeys, recoveryCodesLeft } = factors;
  const own = sessions.find(({ isOwn }) => isOwn);
  return [
    counted(settingsMetrics.ownSessions, sessions.length, notes.ownSessions),
    counted(settingsMetrics.factors, passkeys.length + (hasAuthenticator ? 1 : 0), notes.factors),
    counted(settingsMetrics.codes, recoveryCodesLeft, notes.codes),
    told(
      settingsMetrics.signedIn,
      own ? formatInstant(own.createdAt, zone, 'minute', clock) : nothing,
      own ? zoneLabel(zone, own.createdAt) : '',
    ),
  ];
}

/** These pages have no filters of their own. */
const scope = { params: new URLSearchParams(), windowed: new URLSearchParams() };

function told(metric: Metric, value: string, note: string): Kpi {
  return { metric, value, note, href: metricHref(metric, scope) };
}

function counted(metric: Metric, count: number, note: string): Kpi {
  return { ...told(metric, formatCount(count), note), count };
}
