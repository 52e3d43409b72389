import { describe, expect, test } from 'vitest';
import { folds } from '#domain/folds';
import { dueInstants } from '#domain/folds/incident';
import { hourMs } from '#domain/instants';
import type { Told } from '../../support/events.ts';
import { history, verdictsOf } from './history.ts';

describe('add-on', () => {
  const bought: Told = {
    type: 'addon.purchased',
    at: 0,
    data: { purchaseId: 'P', sku: 's', amountMinor: 100, currency: 'EUR' },
  };
  const back = (at: number, amountMinor?: number): Told => ({
    type: 'addon.refunded',
    at,
    data: { purchaseId: 'P', ...(amountMinor ? { amountMinor } : {}) },
  });
  test.each([
    {
      name: 'a refund without an amount takes all that is left',
      told: [bought, back(1, 30), back(2)],
      verdicts: ['applied', 'applied', 'applied'],
      refunded: 100n,
    },
    {
      name: 'nothing left to refund',
      told: [bought, back(1), back(2)],
      verdicts: ['applied', 'applied', 'refund_exceeds_paid'],
      refunded: 100n,
    },
    {
      name: 'over what is left',
      told: [bought, back(1, 60), back(2, 41)],
      verdicts: ['applied', 'applied', 'refund_exceeds_paid'],
      refunded: 60n,
    },
    {
      name: 'before the purchase in time',
      told: [{ ...bought, at: 5 }, back(1, 60)],
      verdicts: ['applied', 'refund_exceeds_paid'],
      refunded: 0n,
    },
    {
      name: 'the purchase told twice',
      told: [bought, { ...bought, at: 3 }],
      verdicts: ['applied', 'applied'],
      refunded: 0n,
    },
  ])('$name', ({ told, verdicts, refunded }) => {
    const folded = folds.addon(history(told));
    expect(verdictsOf(folded)).toEqual(verdicts);
    expect(folded.state?.refundedMinor).toBe(refunded);
  });
});

describe('lead', () => {
  test('converted before it was created is made, and completed later', () => {
    const converted: Told = { type: 'lead.converted', at: 5, data: { leadId: 'L', feeMinor: 7, currency: 'EUR' } };
    const created: Told = {
      type: 'lead.created',
      at: 1,
      data: { leadId: 'L', source: 'web', valueMinor: 9, currency: 'USD' },
    };
    expect(folds.lead(history([converted])).state).toMatchObject({
      status: 'converted',
      feeMinor: 7,
      feeCurrency: 'EUR',
    });
    expect(folds.lead(history([converted, created])).state).toMatchObject({
      status: 'converted',
      source: 'web',
      currency: 'USD',
      feeCurrency: 'EUR',
    });
  });

  test('the first conversion is the one that counts', () => {
    const at = (minute: number): Told => ({ type: 'lead.converted', at: minute, data: { leadId: 'L' } });
    expect(new Date(folds.lead(history([at(9), at(3)])).state?.convertedAt ?? 0).toISOString()).toBe(
      '2026-01-01T00:03:00.000Z',
    );
  });
});

describe('incident', () => {
  const opened = (at: number, more = {}): Told => ({
    type: 'incident.opened',
    at,
    data: { incidentId: 'I', title: 't', severity: 'critical', ...more },
  });
  const resolved = (at: number): Told => ({ type: 'incident.resolved', at, data: { incidentId: 'I' } });
  const dueAfterHours = (told: Told[]) => {
    const { state } = folds.incident(history(told));
    return state ? ((dueInstants(state).resolutionDueAt ?? 0) - Date.UTC(2026, 0, 1)) / hourMs : undefined;
  };
  test('is due by its severity', () => expect(dueAfterHours([opened(0)])).toBe(4));
  test('resolving keeps the target in sight', () => expect(dueAfterHours([opened(0), resolved(60)])).toBe(4));
  test('reopening resumes the clock where it stood', () =>
    expect(dueAfterHours([opened(0), resolved(60), opened(180)])).toBe(6));
  test('escalating changes neither severity nor target', () => {
    expect(
      dueAfterHours([opened(0), { type: 'incident.escalated', at: 30, data: { incidentId: 'I', level: 5 } }]),
    ).toBe(4);
  });
});

describe('AI', () => {
  test('a use told again with other credits is rejected', () => {
    const used = (at: number, credits: string): Told => ({
      type: 'ai.used',
      at,
      data: { usageId: 'U', feature: 'pricing', credits },
    });
    expect(verdictsOf(folds.ai_usage(history([used(0, '1.50'), used(1, '1.5'), used(2, '2')])))).toEqual([
      'applied',
      'applied',
      'conflicting_duplicate',
    ]);
  });
});
