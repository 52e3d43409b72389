import { eventTypes, isEventType } from '#domain/event-types';

export const exampleTenant = 'your-tenant';
const occurredAt = '2026-01-31T09:30:00Z';

/** A valid event of every type, as a tenant would send it. */
export const exampleEvents = Object.entries(eventTypes).flatMap(([type, { summary, example }]) =>
  isEventType(type) ? [{ type, summary, event: { type, tenantId: exampleTenant, occurredAt, data: example } }] : [],
);

export const exampleUsage = [
  {
    tenantId: exampleTenant,
    meter: 'emails_sent',
    quantity: 120,
    windowStart: '2026-01-31T08:00:00Z',
    windowEnd: '2026-01-31T09:00:00Z',
  },
  {
    tenantId: exampleTenant,
    meter: 'storage_gb_hours',
    quantity: '1.5',
    windowStart: '2026-01-31T08:00:00Z',
    windowEnd: '2026-01-31T09:00:00Z',
    id: 'row-2026-01-31-08',
  },
];
