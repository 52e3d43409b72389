const width = 96;
const height = 28;
const margin = 2;

/** The course of a figure over its window; decoration beside the figure itself. */
export function Sparkline({ parts }: { readonly parts: readonly number[] }) {
  const most = Math.max(1, ...parts);
  const step = width / Math.max(1, parts.length - 1);
  const points = parts.map(
    (value, i) => `${(i * step).toFixed(1)},${(height - margin - (value / most) * (height - 2 * margin)).toFixed(1)}`,
  );
  return (
    <svg
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      aria-hidden="true"
      className="flex-none overflow-visible"
    >
      <polygon points={`0,${height} ${points.join(' ')} ${width},${height}`} fill="var(--chart-1)" opacity="0.1" />
      <polyline
        points={points.join(' ')}
        fill="none"
        stroke="var(--chart-1)"
        strokeWidth="1.5"
        strokeLinejoin="round"
        strokeLinecap="round"
      />
    </svg>
  );
}
