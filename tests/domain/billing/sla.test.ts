import { describe, expect, test } from 'vitest';
import { resolutionState, responseState, slaMet, type Clocks } from '#domain/billing/sla';
import { folds } from '#domain/folds';
import { dueInstants, slaTargets } from '#domain/folds/incident';
import { dayMs, hourMs, minuteMs } from '#domain/instants';
import { history } from '../folds/history.ts';

const clocks = (more: Partial<Clocks> = {}): Clocks => ({ responseDueAt: 10, resolutionDueAt: 100, ...more });

test('the targets are those of the severity', () => {
  expect(slaTargets).toEqual({
    critical: { responseMs: 15 * minuteMs, resolutionMs: 4 * hourMs },
    high: { responseMs: hourMs, resolutionMs: 8 * hourMs },
    medium: { responseMs: 4 * hourMs, resolutionMs: 3 * dayMs },
    low: { responseMs: dayMs, resolutionMs: 7 * dayMs },
  });
});

describe('the response clock', () => {
  test.each<[string, Partial<Clocks>, number, string]>([
    ['runs until somebody responds', {}, 10, 'running'],
    ['is breached after the target', {}, 11, 'breached'],
    ['ends with the acknowledgement', { acknowledgedAt: 9 }, 500, 'met'],
    ['ends with the escalation by staff', { escalatedByStaffAt: 9 }, 500, 'met'],
    ['ends with the resolution', { resolvedAt: 9 }, 500, 'met'],
    ['ended with the first resolution, also when reopened', { firstResolvedAt: 9 }, 500, 'met'],
    ['ends with the first of them', { acknowledgedAt: 50, escalatedByStaffAt: 9, resolvedAt: 80 }, 500, 'met'],
    ['on the target is met', { acknowledgedAt: 10 }, 500, 'met'],
    ['after it is breached', { acknowledgedAt: 11 }, 500, 'breached'],
  ])('%s', (_, more, now, state) => expect(responseState(clocks(more), now)).toBe(state));
});

describe('the resolution clock', () => {
  test.each<[string, Partial<Clocks>, number, string]>([
    ['runs until it is resolved', {}, 100, 'running'],
    ['is breached after the target', {}, 101, 'breached'],
    ['on the target is met', { resolvedAt: 100 }, 500, 'met'],
    ['after it is breached', { resolvedAt: 101 }, 500, 'breached'],
  ])('%s', (_, more, now, state) => expect(resolutionState(clocks(more), now)).toBe(state));

  test('is resumed by reopening: the time that the incident stood resolved does not count', () => {
    const opened = { type: 'incident.opened', data: { incidentId: 'I', title: 't', severity: 'critical' } } as const;
    const resolved = { type: 'incident.resolved', data: { incidentId: 'I' } } as const;
    const stateAfter = (minutes: readonly number[]) => {
      const told = minutes.map((at, index) => ({ ...(index % 2 === 0 ? opened : resolved), at }));
      const { state } = folds.incident(history(told));
      const due = state && dueInstants(state).resolutionDueAt;
      if (!state || due === undefined) throw new Error('no state');
      return resolutionState(clocks({ resolutionDueAt: due, resolvedAt: state.resolvedAt }), 0);
    };
    expect(stateAfter([0, 240])).toBe('met');
    expect(stateAfter([0, 241])).toBe('breached');
    expect(stateAfter([0, 200, 10_000, 10_040])).toBe('met');
    expect(stateAfter([0, 200, 10_000, 10_041])).toBe('breached');
  });
});

test('SLA met is resolved within target / resolved', () => {
  const incidents = [clocks({ resolvedAt: 100 }), clocks({ resolvedAt: 101 }), clocks({ resolvedAt: 5 }), clocks()];
  expect(slaMet(incidents, 0)).toEqual({ over: 2n, under: 3n });
  expect(slaMet([clocks()], 0)).toBeUndefined();
});
