import { nothing } from '../../format/numbers.ts';
import { CsvLink } from './csv-link.tsx';

export interface GridRow {
  readonly name: string;
  /** How many the cohort began with. */
  readonly size: string;
  /** What is left after so many months; undefined where that month is not over. */
  readonly cells: readonly (GridCell | undefined)[];
}

export interface GridCell {
  readonly text: string;
  /** Of what the cohort began with, for the shade of the cell: 0 to 1 and above. */
  readonly share: number;
  readonly title: string;
}

interface CohortGridProps {
  readonly summary: string;
  readonly head: string;
  readonly sizeHead: string;
  readonly columns: readonly string[];
  readonly rows: readonly GridRow[];
  readonly fileName: string;
}

const shadeMax = 34;

/** Cohorts by what is left of them: a number in every cell, and a shade that says it again. */
export function CohortGrid({ summary, head, sizeHead, columns, rows, fileName }: CohortGridProps) {
  const plain = rows.map(({ name, size, cells }) => [name, size, ...cells.map((cell) => cell?.text ?? '')]);
  return (
    <div className="relative">
      <div className="overflow-x-auto" tabIndex={0} role="region" aria-label={summary}>
        <table className="cohort-grid num">
          <caption className="sr-only">{summary}</caption>
          <thead>
            <tr>
              <th scope="col">{head}</th>
              <th scope="col">{sizeHead}</th>
              {columns.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, size, cells }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{size}</td>
                {cells.map((cell, at) => (
                  <td key={columns[at]} title={cell?.title} style={cell && { background: shadeOf(cell.share) }}>
                    {cell?.text ?? <span className="text-fg-3">{nothing}</span>}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <CsvLink rows={[[head, sizeHead, ...columns], ...plain]} fileName={fileName} className="mt-2" />
    </div>
  );
}

/** Light enough at its darkest that text stands on it in every pack. */
function shadeOf(share: number) {
  const percent = Math.round(Math.min(1, Math.max(0, share)) * shadeMax);
  return `color-mix(in oklch, var(--chart-1) ${percent}%, var(--surface))`;
}
