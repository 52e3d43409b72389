import { expect, test } from 'vitest';
import { summarize, type AiUse } from '#domain/billing/ai-summary';
import { decimal } from '#domain/decimal';
import { utc } from './time-examples.ts';

const use = (more: Partial<AiUse> = {}): AiUse => ({
  orgId: 'acme',
  feature: 'pricing',
  model: 'small',
  usedAt: utc('2026-11-05T00:00Z'),
  credits: decimal('1.5'),
  promptTokens: 10n,
  completionTokens: 2n,
  ...more,
});
const row = { orgId: 'acme', month: '2026-11', feature: 'pricing', model: 'small' };
const once = { uses: 1n, credits: decimal('1.5'), promptTokens: 10n, completionTokens: 2n };

test('AI use is summed up per org, UTC month, feature and model', () => {
  const uses = [
    use(),
    use(),
    use({ model: '' }),
    use({ feature: 'rfp_strategy' }),
    use({ orgId: 'other' }),
    use({ usedAt: utc('2026-12-01T00:00Z') }),
    use({
      usedAt: utc('2026-11-30T23:59:59.999Z'),
      credits: decimal('0.000000001'),
      promptTokens: 0n,
      completionTokens: 0n,
    }),
  ];
  const summaries = [
    { ...row, ...once, model: '' },
    { ...row, uses: 3n, credits: { units: 3_000_000_001n, places: 9 }, promptTokens: 20n, completionTokens: 4n },
    { ...row, ...once, feature: 'rfp_strategy' },
    { ...row, ...once, month: '2026-12' },
    { ...row, ...once, orgId: 'other' },
  ];
  expect(summarize(uses)).toEqual(summaries);
  expect(summarize(uses.toReversed())).toEqual(summaries);
  expect(summarize([])).toEqual([]);
});
