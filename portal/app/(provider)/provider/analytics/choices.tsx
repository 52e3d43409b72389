import { Choice } from '../../../../components/filters/choice.tsx';
import { intervals } from '../../../../lists/buckets.ts';
import type { Interval } from '../../../../lists/buckets.ts';
import { analytics } from '../../../../messages/en-analytics.ts';
import { changedView } from './analytics-view.ts';
import type { AnalyticsView } from './analytics-view.ts';

interface ChoiceProps {
  readonly view: AnalyticsView;
}

export function IntervalChoice({ view, current }: ChoiceProps & { readonly current: Interval }) {
  return (
    <Choice
      label={analytics.interval}
      options={intervals.map((interval) => ({
        label: analytics.intervals[interval],
        href: changedView(view, { interval }),
        isChosen: interval === current,
      }))}
    />
  );
}

export function ComparisonChoice({ view }: ChoiceProps) {
  const { isCompared } = view.query.filters;
  return (
    <Choice
      label={analytics.comparison}
      options={[
        { label: analytics.on, href: changedView(view, { compare: undefined }), isChosen: isCompared },
        { label: analytics.off, href: changedView(view, { compare: 'off' }), isChosen: !isCompared },
      ]}
    />
  );
}

/** Currencies are never added: one is shown at a time. */
export function CurrencyChoice({
  view,
  current,
  others,
}: ChoiceProps & { readonly current: string | undefined; readonly others: readonly string[] }) {
  if (current === undefined || others.length === 0) return null;
  return (
    <Choice
      label={analytics.currency}
      options={[current, ...others].toSorted().map((currency) => ({
        label: currency,
        href: changedView(view, { currency }),
        isChosen: currency === current,
      }))}
    />
  );
}

export function OpenChoice({ view }: ChoiceProps) {
  const { hasOpen } = view.query.filters;
  return (
    <Choice
      label={analytics.cohortsOpen}
      options={[
        { label: analytics.leaveOut, href: changedView(view, { open: undefined }), isChosen: !hasOpen },
        { label: analytics.include, href: changedView(view, { open: 'include' }), isChosen: hasOpen },
      ]}
    />
  );
}

export function MeasureChoice({ view }: ChoiceProps) {
  const { measure } = view.query.filters;
  return (
    <Choice
      label={analytics.measure}
      options={(['share', 'money'] as const).map((one) => ({
        label: analytics.measures[one],
        href: changedView(view, { measure: one === 'share' ? undefined : one }),
        isChosen: one === measure,
      }))}
    />
  );
}
