import { describe, expect, expectTypeOf, test } from 'vitest';
import type { z } from 'zod';
import { problemStatus } from '#client/conformance/problems';
import type { EventData, EventOf, TenantEvent, UsageRow } from '#client/events';
import { problems } from '#domain/errors';
import { parseEvent, type eventSchema } from '#domain/events';
import { usageRows } from '#domain/usage';

/** Zod says of an optional member that it may be undefined too; on the wire it can only be absent. */
type Exact<T> = T extends object ? { readonly [K in keyof T]: Exact<Exclude<T[K], undefined>> } : T;
type Sent = z.input<typeof eventSchema>;
type SentData = { readonly [S in Sent as S['type']]: Exact<S['data']> };
type Told = Exact<EventData>;
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** The types of events whose data the client tells otherwise than the schema: the error names them. */
type Differing = { [K in keyof SentData]: Same<Told[K], SentData[K]> extends true ? never : K }[keyof SentData];

/** The client's types are written by hand, since it imports nothing of the rest. "npm run types" holds them to the schemas here. */
describe('the types of the client', () => {
  test('are those of the schemas, for every type of event and for usage', () => {
    expectTypeOf<keyof EventData>().toEqualTypeOf<Sent['type']>();
    expectTypeOf<Differing>().toBeNever();
    expectTypeOf<Exact<UsageRow>>().toEqualTypeOf<Exact<z.input<typeof usageRows>[number]>>();
    expectTypeOf<Exact<TenantEvent>>().toExtend<Exact<Sent>>();
  });

  test('write an event and a row that are taken', () => {
    const event: EventOf<'lead.created'> = {
      type: 'lead.created',
      tenantId: 'acme',
      occurredAt: '2026-01-31T09:30:00Z',
      data: { leadId: 'L-1', source: 'web' },
    };
    expect(parseEvent(event, Date.now()).ok).toBe(true);
    const row: UsageRow = {
      tenantId: 'acme',
      meter: 'mails',
      quantity: '0.5',
      windowStart: '2026-01-01T00:00:00Z',
      windowEnd: '2026-01-01T01:00:00Z',
    };
    expect(usageRows.safeParse([row]).success).toBe(true);
  });
});

test('the conformance runner knows every code of the contract by its status', () => {
  const statuses = Object.fromEntries(Object.entries(problems).map(([code, { status }]) => [code, status]));
  expect(problemStatus).toEqual(statuses);
});
