import { expect, test } from 'vitest';
import { createPool } from '#prisma/pool';
import { areEventsUnderWay } from '#prisma/events-under-way';
import { readBacklog } from '#temporal/backlog';
import { openAdmin } from '#tests/support/admin';
import { createDatabase } from '#tests/support/database';
import { acceptAll } from '#tests/support/events';

test('jobs make room for events that are being worked on, and for none that threw and waits for staff', async () => {
  const database = await createDatabase();
  const admin = openAdmin(database.url);
  const worker = createPool({ url: database.url, role: 'worker', max: 1, applicationName: 'test-backlog' });
  try {
    expect(await areEventsUnderWay(worker)).toBe(false);
    await admin.query("insert into org (id, name) values ('acme', 'acme')");
    const lead = { type: 'lead.created', at: 1, data: { leadId: 'L-1', source: 'web' } } as const;
    await acceptAll(admin, 'acme', [lead, { ...lead, data: { leadId: 'L-2', source: 'web' } }]);
    expect(await areEventsUnderWay(worker)).toBe(true);
    await admin.query('update event_pending set isolated_at = now()');
    expect(await areEventsUnderWay(worker)).toBe(false);
    expect(await readBacklog(worker, 10)).toMatchObject({ isolated: 2 });
    await acceptAll(admin, 'acme', [{ ...lead, data: { leadId: 'L-3', source: 'web' } }]);
    expect(await areEventsUnderWay(worker)).toBe(true);
  } finally {
    await Promise.all([worker.end(), admin.end()]);
    await database.drop();
  }
});
