interface StrokeProps {
  readonly d: string;
  readonly stroke: string;
  readonly isDashed?: boolean;
}

/** A line of a chart; what is compared with, or not over yet, is dashed and thinner. */
export function Stroke({ d, stroke, isDashed }: StrokeProps) {
  return (
    <path
      d={d}
      fill="none"
      stroke={stroke}
      strokeWidth={isDashed ? 1.5 : 2}
      strokeLinejoin="round"
      strokeLinecap={isDashed ? 'butt' : 'round'}
      vectorEffect="non-scaling-stroke"
      {...(isDashed && { strokeDasharray: '4 3' })}
    />
  );
}
