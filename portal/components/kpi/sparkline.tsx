const width = 96;
const height = 28;
const margin = 2;

/**
 * The course of a figure over its window; decoration beside the figure itself. Where there is none, the line goes on to the next. It is as narrow as
 * the room that the figure leaves, but always whole: a piece of it would tell another course.
 */
export function Sparkline({ parts }: { readonly parts: readonly (number | undefined)[] }) {
  const told = parts.flatMap((value, at) => (value === undefined ? [] : [{ value, at }]));
  const values = told.map(({ value }) => value);
  const [least, most] = [Math.min(0, ...values), Math.max(0, ...values)];
  const step = width / Math.max(1, parts.length - 1);
  const above = (value: number) => (value - least) / (most - least || 1);
  const y = (value: number) => (height - margin - above(value) * (height - 2 * margin)).toFixed(1);
  const points = told.map(({ value, at }) => `${(at * step).toFixed(1)},${y(value)}`);
  const [first, last] = [told[0], told.at(-1)].map((end) => ((end?.at ?? 0) * step).toFixed(1));
  const zero = least < 0 ? y(0) : height;
  return (
    <svg
      viewBox={`0 0 ${width} ${height}`}
      height={height}
      preserveAspectRatio="none"
      aria-hidden="true"
      className="hidden w-full overflow-visible @min-[32px]:block"
    >
      <polygon points={`${first},${zero} ${points.join(' ')} ${last},${zero}`} fill="var(--chart-1)" opacity="0.1" />
      <polyline
        points={points.join(' ')}
        fill="none"
        stroke="var(--chart-1)"
        strokeWidth="1.5"
        vectorEffect="non-scaling-stroke"
        strokeLinejoin="round"
        strokeLinecap="round"
      />
    </svg>
  );
}
