import type { Unit } from '../../format/units.ts';
import { charts } from '../../messages/en-charts.ts';
import { barsPath, fallOf } from './chart-paths.ts';
import type { Step } from './chart-paths.ts';
import { FiguresTable } from './figures-table.tsx';
import { tellRows } from './told-rows.ts';
import { plotHeight, scaleOf, yOf } from './scale.ts';

interface WaterfallProps {
  readonly summary: string;
  readonly steps: readonly Step[];
  readonly unit: Unit;
  readonly fileName: string;
}

/** As tall as a chart with its legend and its axis. */
const height = 234;
const barShare = 0.56;

/** How one level became another, from above to below: each step begins where the one before ended. */
export function Waterfall({ summary, steps, unit, fileName }: WaterfallProps) {
  const column = 'flex flex-none flex-col [&>*]:flex [&>*]:items-center';
  const row = { height: height / steps.length };
  return (
    <figure className="min-w-0">
      <div className="flex gap-3">
        <div aria-hidden="true" className={`${column} text-caption text-fg-2`}>
          {steps.map(({ name }) => (
            <span key={name} style={row}>
              {name}
            </span>
          ))}
        </div>
        <svg
          role="img"
          aria-label={summary}
          viewBox={`0 0 ${plotHeight} ${steps.length}`}
          preserveAspectRatio="none"
          className="min-w-0 flex-1"
          style={{ height }}
        >
          <Bars steps={steps} unit={unit} />
        </svg>
        <div aria-hidden="true" className={`${column} num text-caption [&>*]:justify-end`}>
          {steps.map(({ name, value, isTotal }) => (
            <span key={name} style={row} className={isTotal ? 'font-medium' : value === 0n ? 'text-fg-3' : ''}>
              {unit.format(value)}
            </span>
          ))}
        </div>
      </div>
      <FiguresTable
        head={charts.step}
        columns={[unit.name ?? charts.total]}
        told={tellRows(
          steps.map(({ name, value }) => ({ name, cells: [unit.format(value)], plain: [unit.plain(value)] })),
        )}
        fileName={fileName}
      />
    </figure>
  );
}

/** Drawn as columns are, and laid on their side: to the right is more, below is later. */
function Bars({ steps, unit }: Pick<WaterfallProps, 'steps' | 'unit'>) {
  const bars = fallOf(steps);
  const scale = scaleOf(
    bars.map(({ until }) => until),
    unit.stepMin,
  );
  const colorOf = ({ isTotal, value }: Step) => {
    if (isTotal) return 'var(--chart-1)';
    return value < 0n ? 'var(--bad-solid)' : 'var(--ok-solid)';
  };
  return (
    <g transform={`matrix(0 1 -1 0 ${plotHeight} 0)`}>
      <path d={`M0 ${yOf(0, scale)}H${steps.length}`} stroke="var(--line-2)" vectorEffect="non-scaling-stroke" />
      {bars.slice(0, -1).map(({ until }, at) => (
        <path
          key={steps[at]?.name}
          d={`M${at + 0.5} ${yOf(until, scale)}h1`}
          stroke="var(--line-strong)"
          strokeDasharray="2 2"
          vectorEffect="non-scaling-stroke"
        />
      ))}
      {steps.map((step, at) => {
        const bar = bars[at];
        return bar && <path key={step.name} d={barsPath([{ at, ...bar }], scale, barShare)} fill={colorOf(step)} />;
      })}
    </g>
  );
}
