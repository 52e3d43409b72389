import { paths } from '../paths.ts';
import { badOutcomes } from '../services/provider/audit-list.ts';
import { keyDues } from '../services/provider/federation-keys-list.ts';
import { inList } from './metric.ts';

const ofEnded = { state: undefined, sla: undefined };
const lastDay = { from: '24h' };

/** Incidents: what is open now, and how what was resolved in the range went. */
export const incidentMetrics = {
  open: inList(paths.incidents, {
    id: 'open',
    label: 'Open',
    definition: 'Incidents that are not resolved, whenever they were opened.',
    opens: 'open incidents',
    unit: 'count',
    goodDirection: 'down',
    where: { sla: undefined },
  }),
  breaching: inList(paths.incidents, {
    id: 'breaching',
    label: 'Breaching now',
    definition: 'Open incidents whose resolution target has passed; beside it those whose target is within the hour.',
    opens: 'open incidents that are breaching',
    unit: 'count',
    goodDirection: 'down',
    where: { sla: 'breaching' },
  }),
  met: inList(paths.incidentsResolved, {
    id: 'met',
    label: 'SLA met',
    definition:
      'Of the incidents resolved in the range, those that were within their target. The linked list has all of them.',
    opens: 'incidents resolved in the range',
    unit: 'share',
    goodDirection: 'up',
    where: ofEnded,
    isWindowed: true,
  }),
  median: inList(paths.incidentsResolved, {
    id: 'median',
    label: 'Median to respond / resolve',
    definition:
      'Of the incidents resolved in the range: from the opening to the first acknowledgement, escalation by staff or resolution, and to the resolution; of more than 10,000, to within 5 %.',
    opens: 'incidents resolved in the range',
    unit: 'duration',
    goodDirection: 'down',
    where: ofEnded,
    isWindowed: true,
  }),
};

/** The audit log. */
export const auditMetrics = {
  entries: inList(paths.audit, {
    id: 'entries',
    label: 'Entries',
    definition: 'Entries of the log in the range, of every actor.',
    opens: 'Audit log: all entries of the range',
    unit: 'count',
    goodDirection: 'neither',
    isWindowed: true,
  }),
  bad: inList(paths.audit, {
    id: 'bad',
    label: 'Failed or denied',
    definition: 'Entries whose outcome is rejected, refused, failed or canceled.',
    opens: 'Audit log: what failed or was denied',
    unit: 'count',
    goodDirection: 'down',
    where: { outcome: badOutcomes.join(',') },
    isWindowed: true,
  }),
  byPeople: inList(paths.audit, {
    id: 'byPeople',
    label: 'Staff active',
    definition:
      'People who left an entry in the range: staff at the portal and operators at the command line. The linked list has their entries.',
    opens: 'Audit log: what people did',
    unit: 'count',
    goodDirection: 'neither',
    where: { actorType: 'staff,operator' },
    isWindowed: true,
  }),
  verified: inList(paths.audit, {
    id: 'verified',
    label: 'Chain verified through',
    definition:
      'When the invariants job last walked every chain from its first entry to its last and found each hash in its place. A broken chain adds an entry invariant.broken.',
    opens: 'Audit log: broken invariants',
    unit: 'instant',
    goodDirection: 'neither',
    where: { action: 'invariant.broken' },
  }),
};

/** How the gateway fared in the last 24 hours, and the keys that somebody should look at. */
export const keyMetrics = {
  deliveries: inList(paths.deliveryLog, {
    id: 'deliveries',
    label: 'Deliveries, 24 h',
    definition:
      'Requests that were accepted as new events in the last 24 hours. Success is the share of deliveries whose first request was answered 2xx; requests that failed authentication belong to no delivery.',
    opens: 'Webhook log: accepted in the last 24 hours',
    unit: 'count',
    goodDirection: 'up',
    where: { ...lastDay, result: 'accepted,applied,rejected' },
    keeps: [],
  }),
  p95: inList(paths.deliveryLog, {
    id: 'p95',
    label: 'p95 to decision',
    definition:
      'Of the newest 2,000 events of the last 24 hours, 95 in 100 were decided within this time of their receipt.',
    opens: 'Webhook log: decided in the last 24 hours',
    unit: 'duration',
    goodDirection: 'down',
    where: { ...lastDay, result: 'applied,rejected' },
    keeps: [],
  }),
  refused: inList(paths.deliveryLog, {
    id: 'refused',
    label: 'Refused, 24 h',
    definition:
      'Lines of the log for requests that were answered with one of the contract’s codes in the last 24 hours; nothing was stored of them. Equal requests of an unverified sender within a second are one line.',
    opens: 'Webhook log: refused in the last 24 hours',
    unit: 'count',
    goodDirection: 'down',
    where: { ...lastDay, result: 'refused' },
    keeps: [],
  }),
  due: inList(paths.federation, {
    id: 'due',
    label: 'Keys to look at',
    definition: 'Active keys that expire within 7 days, or that nobody has used for 30 days.',
    opens: 'Keys: expiring or unused',
    unit: 'count',
    goodDirection: 'down',
    where: { due: keyDues.join(',') },
  }),
};

/** The webhook log. */
export const logMetrics = {
  accepted: inList(paths.deliveryLog, {
    id: 'accepted',
    label: 'Accepted',
    definition:
      'Requests that were answered 200 as a new event and are durable, whatever became of them: waiting, applied or rejected. Repeats of one event count once.',
    opens: 'Webhook log: all events',
    unit: 'count',
    goodDirection: 'up',
    where: { result: 'accepted,applied,rejected' },
    isWindowed: true,
  }),
  applied: inList(paths.deliveryLog, {
    id: 'applied',
    label: 'Applied',
    definition: 'Accepted events that changed the books: one domain change, one Activity and one audit entry each.',
    opens: 'Webhook log: applied',
    unit: 'count',
    goodDirection: 'up',
    where: { result: 'applied' },
    isWindowed: true,
  }),
  rejected: inList(paths.deliveryLog, {
    id: 'rejected',
    label: 'Rejected',
    definition:
      'Accepted events that can never be applied as things stand, such as a refund over what was paid. They are kept with their reason and have no effect.',
    opens: 'Webhook log: rejected',
    unit: 'count',
    goodDirection: 'down',
    where: { result: 'rejected' },
    isWindowed: true,
  }),
  refused: inList(paths.deliveryLog, {
    id: 'refused',
    label: 'Refused',
    definition:
      'Lines of the log for requests answered with a 4xx or 5xx code; nothing was stored of them. Equal requests of an unverified sender within a second are one line.',
    opens: 'Webhook log: refused',
    unit: 'count',
    goodDirection: 'down',
    where: { result: 'refused' },
    isWindowed: true,
  }),
};
