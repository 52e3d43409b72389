import { formatCount } from '../../format/numbers.ts';

export interface Series {
  readonly name: string;
  /** A token of the chart's colours. */
  readonly color: 1 | 2 | 3 | 4 | 5 | 6;
  readonly values: readonly number[];
}

export interface StackedBarsProps {
  readonly summary: string;
  readonly partName: string;
  /** A label stands below the edge at which its part begins. */
  readonly parts: readonly { readonly label: string | undefined; readonly span: string }[];
  /** Below the right edge. */
  readonly endLabel: string;
  readonly series: readonly Series[];
  readonly tableLabel: string;
}

const height = 168;

/** Zero-based stacked bars as server-rendered SVG, with the same figures as a table below. */
export function StackedBars({ summary, partName, parts, endLabel, series, tableLabel }: StackedBarsProps) {
  const totals = parts.map((_, i) => series.reduce((sum, { values }) => sum + (values[i] ?? 0), 0));
  const top = niceTop(Math.max(1, ...totals));
  const ticks = [top, top / 2, 0];
  return (
    <div>
      <Legend series={series} />
      <div className="mt-3 flex gap-2">
        <div
          aria-hidden="true"
          className="num flex flex-none flex-col justify-between text-right text-label font-normal text-fg-3"
          style={{ height: height + 16, marginTop: -8 }}
        >
          {ticks.map((tick) => (
            <span key={tick}>{formatCount(tick)}</span>
          ))}
        </div>
        <div className="min-w-0 flex-1">
          <div className="relative" style={{ height }}>
            <Bars summary={summary} series={series} count={parts.length} top={top} />
            <Hovers parts={parts} series={series} />
          </div>
          <div aria-hidden="true" className="num mt-1.5 flex text-label font-normal text-fg-3">
            {parts.map(({ label, span }) => (
              <span key={span} className="w-0 flex-1 overflow-visible whitespace-nowrap">
                {label}
              </span>
            ))}
            <span className="flex-none">{endLabel}</span>
          </div>
        </div>
      </div>
      <FiguresTable label={tableLabel} partName={partName} parts={parts} series={series} />
    </div>
  );
}

function Legend({ series }: Pick<StackedBarsProps, 'series'>) {
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 text-caption text-fg-2">
      {series.map(({ name, color }) => (
        <li key={name} className="flex items-center gap-1.5">
          <span aria-hidden="true" className="size-2 rounded-[2px]" style={{ background: `var(--chart-${color})` }} />
          {name}
        </li>
      ))}
    </ul>
  );
}

const barShare = 0.72;

function Bars({
  summary,
  series,
  count,
  top,
}: {
  readonly summary: string;
  readonly series: readonly Series[];
  readonly count: number;
  readonly top: number;
}) {
  const scale = height / top;
  return (
    <svg
      role="img"
      aria-label={summary}
      viewBox={`0 0 ${count} ${height}`}
      preserveAspectRatio="none"
      className="absolute inset-0 size-full"
    >
      {[0, height / 2, height].map((y) => (
        <line
          key={y}
          x1="0"
          x2={count}
          y1={y}
          y2={y}
          stroke="var(--line)"
          strokeWidth="1"
          vectorEffect="non-scaling-stroke"
        />
      ))}
      {Array.from({ length: count }, (_, i) => {
        let below = height;
        return series.map(({ name, color, values }) => {
          const tall = (values[i] ?? 0) * scale;
          below -= tall;
          return (
            tall > 0 && (
              <rect
                key={`${name} ${i}`}
                x={i + (1 - barShare) / 2}
                width={barShare}
                y={below}
                height={tall}
                fill={`var(--chart-${color})`}
              />
            )
          );
        });
      })}
    </svg>
  );
}

function Hovers({ parts, series }: Pick<StackedBarsProps, 'parts' | 'series'>) {
  return (
    <div aria-hidden="true" className="absolute inset-0 flex">
      {parts.map(({ span }, i) => (
        <div key={span} className="group relative flex-1 hover:bg-[color-mix(in_oklch,var(--fg)_5%,transparent)]">
          <div
            className={`floating pointer-events-none absolute bottom-full z-10 mb-1 hidden w-44 px-3 py-2 text-caption group-hover:block ${i < parts.length / 2 ? 'left-0' : 'right-0'}`}
          >
            <p className="num mb-1 font-medium">{span}</p>
            {series.map(({ name, color, values }) => (
              <p key={name} className="num flex items-center gap-1.5 text-fg-2">
                <span className="size-2 rounded-[2px]" style={{ background: `var(--chart-${color})` }} />
                {name}
                <span className="ml-auto text-fg">{formatCount(values[i] ?? 0)}</span>
              </p>
            ))}
          </div>
        </div>
      ))}
    </div>
  );
}

function FiguresTable({
  label,
  partName,
  parts,
  series,
}: { readonly label: string } & Pick<StackedBarsProps, 'partName' | 'parts' | 'series'>) {
  return (
    <details className="mt-2">
      <summary className="w-fit rounded-nav text-caption text-fg-2 hover:text-fg hover:underline">{label}</summary>
      <div
        className="mt-2 max-h-64 overflow-auto rounded-control border border-line"
        tabIndex={0}
        role="region"
        aria-label={label}
      >
        <table className="num w-full text-caption">
          <thead className="sticky top-0 bg-surface text-fg-2">
            <tr>
              <th scope="col" className="px-3 py-1.5 text-left font-medium">
                {partName}
              </th>
              {series.map(({ name }) => (
                <th key={name} scope="col" className="px-3 py-1.5 text-right font-medium">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {parts.map(({ span }, i) => (
              <tr key={span} className="border-t border-line">
                <th scope="row" className="px-3 py-1 text-left font-normal">
                  {span}
                </th>
                {series.map(({ name, values }) => (
                  <td key={name} className="px-3 py-1 text-right">
                    {formatCount(values[i] ?? 0)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

/** The next of 2, 4, 10, 20, 40, 100 …, so that half of it is whole too. */
function niceTop(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most));
  const step = [1, 2, 4, 6, 8, 10].find((one) => one * power >= most) ?? 10;
  return Math.max(2, step * power);
}
