import { expect, test } from 'vitest';
import { createVerdictMetrics } from '#temporal/verdict-metrics';

test('the lag of first verdicts is a cumulative histogram, and rejections are counted by reason', () => {
  const metrics = createVerdictMetrics();
  const now = 1_000_000;
  const applied = (lagMs: number | undefined) => ({
    verdict: { status: 'applied' as const },
    firstOfReceipt: lagMs === undefined ? undefined : now - lagMs,
  });
  metrics.note([applied(20), applied(700), applied(400_000), applied(undefined), applied(-5)], now);
  metrics.note([{ verdict: { status: 'rejected', code: 'refund_exceeds_paid' }, firstOfReceipt: now - 20 }], now);
  const lines = metrics.text().split('\n');
  expect(lines).toContain('events_applied_total 5');
  expect(lines).toContain('events_rejected_total{reason="refund_exceeds_paid"} 1');
  expect(lines).toContain('events_lag_seconds_bucket{le="0.01"} 1');
  expect(lines).toContain('events_lag_seconds_bucket{le="0.025"} 3');
  expect(lines).toContain('events_lag_seconds_bucket{le="1"} 4');
  expect(lines).toContain('events_lag_seconds_bucket{le="300"} 4');
  expect(lines).toContain('events_lag_seconds_bucket{le="+Inf"} 5');
  expect(lines).toContain('events_lag_seconds_count 5');
  expect(lines).toContain('events_lag_seconds_sum 400.74');
});
