import { expect, test } from 'vitest';
import { historyUntil, singleMonth } from '#demo/calendar';
import { demoOrgs } from '#demo/orgs';
import { storyOf } from '#demo/stories';
import { readUsage } from '#domain/check-usage';
import { eventSchema } from '#domain/events';

const history = () => storyOf(demoOrgs, historyUntil('2026-11-24'), { usageEveryDays: 7, prefix: '' });

test('a history is the same each time, in the order of its time, and no two of its requests share a key', () => {
  const moments = history();
  expect(history()).toEqual(moments);
  expect(moments.map(({ at }) => at)).toEqual(moments.map(({ at }) => at).toSorted((a, b) => a - b));
  expect(new Set(moments.map(({ orgId, key }) => `${orgId} ${key}`)).size).toBe(moments.length);
});

test('what is told is what the wire takes, of every type', () => {
  const types = new Set<string>();
  for (const { told, orgId } of history()) {
    if ('usage' in told) {
      expect(readUsage(told.usage.map((row) => ({ ...row, tenantId: orgId })))).toBeDefined();
    } else {
      expect(eventSchema.safeParse(told.event), JSON.stringify(told.event)).toMatchObject({ success: true });
      types.add(told.event.type);
    }
  }
  expect(types.size).toBe(17);
});

test('a month tells the scripts of all months within it, of orgs with other names', () => {
  const moments = storyOf(demoOrgs, singleMonth('2026-02'), { usageEveryDays: 1, prefix: 'x-' });
  const of = (type: string) => moments.filter(({ told }) => 'event' in told && told.event.type === type).length;
  expect(of('subscription.created')).toBe(
    demoOrgs.flatMap(({ subscriptions }) => subscriptions).filter(({ is }) => is === 'created').length,
  );
  expect(moments.every(({ orgId }) => orgId.startsWith('x-'))).toBe(true);
  expect(moments.every(({ at }) => new Date(at).toISOString().startsWith('2026-02'))).toBe(true);
});
