import { CsvLink } from './csv-link.tsx';

export interface FunnelBar {
  readonly name: string;
  readonly count: number;
  readonly countText: string;
  /** Of the step before; none of the first. */
  readonly rateText: string;
  readonly timeText: string;
  /** As many months before. */
  readonly before?: { readonly count: number; readonly text: string };
}

interface FunnelStepsProps {
  readonly summary: string;
  readonly heads: {
    readonly step: string;
    readonly count: string;
    readonly rate: string;
    readonly time: string;
    readonly before: string;
  };
  readonly steps: readonly FunnelBar[];
  readonly fileName: string;
}

/** Steps that each keep a part of the one before: the bar is the share of the first. */
export function FunnelSteps({ summary, heads, steps, fileName }: FunnelStepsProps) {
  const most = Math.max(1, ...steps.map(({ count }) => count));
  const isCompared = steps.some(({ before }) => before !== undefined);
  const plain = steps.map(({ name, count, rateText, timeText, before }) => [
    name,
    String(count),
    rateText,
    timeText,
    ...(isCompared ? [String(before?.count ?? '')] : []),
  ]);
  return (
    <div>
      <div className="overflow-x-auto" tabIndex={0} role="region" aria-label={summary}>
        <table className="num w-full">
          <caption className="sr-only">{summary}</caption>
          <Heads heads={heads} isCompared={isCompared} />
          <tbody>
            {steps.map(({ name, count, countText, rateText, timeText, before }) => (
              <tr key={name} className="h-10 border-t border-line">
                <th scope="row" className="pr-4 text-left font-normal whitespace-nowrap">
                  {name}
                </th>
                <td aria-hidden="true" className="w-full min-w-24">
                  <span
                    className="block h-5 min-w-px rounded-[4px] bg-chart-1"
                    style={{ width: `${(count / most) * 100}%` }}
                  />
                </td>
                <td className="pl-4 text-right font-medium">{countText}</td>
                <td className="pl-6 text-right text-fg-2">{rateText}</td>
                <td className="pl-6 text-right whitespace-nowrap text-fg-2">{timeText}</td>
                {isCompared && <td className="pl-6 text-right whitespace-nowrap text-fg-2">{before?.text}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <CsvLink
        rows={[[heads.step, heads.count, heads.rate, heads.time, ...(isCompared ? [heads.before] : [])], ...plain]}
        fileName={fileName}
        className="mt-1"
      />
    </div>
  );
}

function Heads({ heads, isCompared }: Pick<FunnelStepsProps, 'heads'> & { readonly isCompared: boolean }) {
  const later = [heads.rate, heads.time, ...(isCompared ? [heads.before] : [])];
  return (
    <thead className="text-caption text-fg-2">
      <tr>
        <th scope="col" className="pb-1 pr-4 text-left font-medium">
          {heads.step}
        </th>
        <td aria-hidden="true" />
        <th scope="col" className="pb-1 pl-4 text-right font-medium">
          {heads.count}
        </th>
        {later.map((head) => (
          <th key={head} scope="col" className="pb-1 pl-6 text-right font-medium whitespace-nowrap">
            {head}
          </th>
        ))}
      </tr>
    </thead>
  );
}
