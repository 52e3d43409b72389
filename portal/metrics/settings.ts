import { paths } from '../paths.ts';
import { inList } from './metric.ts';

/** Of all staff, or of the member alone. */
export const settingsMetrics = {
  active: inList(paths.settingsStaff, {
    id: 'active',
    label: 'Staff active',
    definition:
      'Members of staff who may sign in: not disabled. Those of the environment are listed in PROVIDER_STAFF.',
    opens: 'staff who are active',
    unit: 'count',
    goodDirection: 'neither',
    where: { state: 'active' },
  }),
  bare: inList(paths.settingsStaff, {
    id: 'bare',
    label: 'Without second factor',
    definition: 'Active members with neither an authenticator app nor a passkey: their password alone signs them in.',
    opens: 'active staff without a second factor',
    unit: 'count',
    goodDirection: 'down',
    where: { state: 'active', factor: 'none' },
  }),
  sessions: inList(paths.settingsStaff, {
    id: 'sessions',
    label: 'Sessions open',
    definition:
      'Sign-ins that have not ended: not signed out, not revoked, not idle for 30 minutes, not older than 12 hours.',
    opens: 'open sessions',
    unit: 'count',
    goodDirection: 'neither',
    anchor: 'sessions',
  }),
  seed: inList(paths.audit, {
    id: 'seed',
    label: 'Last seed',
    definition: 'When a portal last started and made the list of staff say what PROVIDER_STAFF says.',
    opens: 'what the environment changed, in the audit log',
    unit: 'instant',
    goodDirection: 'neither',
    where: { actorType: 'system', action: 'staff.added,staff.changed,staff.disabled' },
  }),
  ownSessions: inList(paths.settingsSecurity, {
    id: 'ownSessions',
    label: 'Your sessions',
    definition: 'Where you are signed in now. A session ends after 30 minutes without a request and after 12 hours.',
    opens: 'your sessions',
    unit: 'count',
    goodDirection: 'neither',
    anchor: 'sessions',
  }),
  factors: inList(paths.settingsSecurity, {
    id: 'factors',
    label: 'Second factors',
    definition: 'An authenticator app counts as one, each passkey as one.',
    opens: 'your sign-in',
    unit: 'count',
    goodDirection: 'up',
    anchor: 'factors',
  }),
  codes: inList(paths.settingsSecurity, {
    id: 'codes',
    label: 'Recovery codes',
    definition: 'Codes you stored that stand in for a second factor. Each works once.',
    opens: 'your sign-in',
    unit: 'count',
    goodDirection: 'up',
    anchor: 'factors',
  }),
  signedIn: inList(paths.settingsSecurity, {
    id: 'signedIn',
    label: 'Signed in since',
    definition: 'When this session began. It ends 12 hours later at the latest.',
    opens: 'your sessions',
    unit: 'instant',
    goodDirection: 'neither',
    anchor: 'sessions',
  }),
};
