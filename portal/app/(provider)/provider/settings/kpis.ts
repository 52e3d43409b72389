import { can } from '../../../../auth/access.ts';
import { readFactors } from '../../../../auth/factors.ts';
import type { Staff } from '../../../../auth/session.ts';
import type { Kpi } from '../../../../components/kpi/kpi.ts';
import { formatCount, nothing } from '../../../../format/numbers.ts';
import { formatInstant, zoneLabel } from '../../../../format/times.ts';
import { settings } from '../../../../messages/en-settings.ts';
import { paths } from '../../../../paths.ts';
import type { Preferences } from '../../../../preferences/preferences.ts';
import { database } from '../../../../server/database.ts';
import { readOwnSessions } from '../../../../services/provider/sessions.service.ts';
import { readStaffFigures } from '../../../../services/provider/staff.service.ts';

const { kpis } = settings;

/** Of all staff for whoever looks after them, else the member's own. */
export function settingsKpis(staff: Staff, preferences: Preferences): Promise<readonly Kpi[]> {
  return can(staff, 'settings', 'staff') ? staffKpis(staff, preferences) : ownKpis(staff, preferences);
}

async function staffKpis(staff: Staff, { zone, clock }: Preferences): Promise<readonly Kpi[]> {
  const { active, withoutSecondFactor, openSessions, membersWithSessions, seededAt, seededMembers } =
    await readStaffFigures(staff);
  return [
    counted('active', active, kpis.active.note(formatCount(seededMembers)), `${paths.settingsStaff}?state=active`),
    counted(
      'bare',
      withoutSecondFactor,
      kpis.bare.note(formatCount(active)),
      `${paths.settingsStaff}?state=active&factor=none`,
    ),
    counted(
      'sessions',
      openSessions,
      kpis.sessions.note(formatCount(membersWithSessions)),
      `${paths.settingsStaff}#sessions`,
    ),
    {
      ...words('seed'),
      value: seededAt === undefined ? nothing : formatInstant(seededAt, zone, 'minute', clock),
      note:
        seededAt === undefined
          ? kpis.seed.never
          : kpis.seed.note(zoneLabel(zone, seededAt), formatCount(seededMembers)),
      href: `${paths.audit}?actor=environment`,
    },
  ];
}

async function ownKpis(staff: Staff, { zone, clock }: Preferences): Promise<readonly Kpi[]> {
  const [sessions, factors] = await Promise.all([readOwnSessions(staff), readFactors(database().pool, staff.id)]);
  const { hasAuthenticator, passkeys, recoveryCodesLeft } = factors;
  const own = sessions.find(({ isOwn }) => isOwn);
  const href = `${paths.settingsSecurity}#factors` as const;
  return [
    counted('ownSessions', sessions.length, kpis.ownSessions.note, `${paths.settingsSecurity}#sessions`),
    counted('factors', passkeys.length + (hasAuthenticator ? 1 : 0), kpis.factors.note, href),
    counted('codes', recoveryCodesLeft, kpis.codes.note, href),
    {
      ...words('signedIn'),
      value: own ? formatInstant(own.createdAt, zone, 'minute', clock) : nothing,
      note: own ? zoneLabel(zone, own.createdAt) : '',
      href: `${paths.settingsSecurity}#sessions`,
    },
  ];
}

type Named = keyof typeof kpis;

function words(id: Named): Pick<Kpi, 'id' | 'label' | 'definition' | 'opens'> {
  const { label, definition, opens } = kpis[id];
  return { id, label, definition, opens };
}

function counted(id: Named, count: number, note: string, href: Kpi['href']): Kpi {
  return { ...words(id), value: formatCount(count), count, note, href };
}
