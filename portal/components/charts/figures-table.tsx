import { charts } from '../../messages/en-charts.ts';
import { CsvLink } from './csv-link.tsx';

interface FiguresTableProps {
  /** Names the rows. */
  readonly head: string;
  readonly columns: readonly string[];
  readonly rows: readonly {
    readonly name: string;
    readonly cells: readonly string[];
    readonly plain: readonly string[];
  }[];
  /** Without its ending. */
  readonly fileName: string;
}

/** The figures of a chart as a table, and as a file. */
export function FiguresTable({ head, columns, rows, fileName }: FiguresTableProps) {
  return (
    <div className="relative mt-2">
      <details>
        <summary className="flex h-6 w-fit items-center rounded-nav text-caption text-fg-2 hover:text-fg hover:underline">
          {charts.asTable}
        </summary>
        <div
          className="mt-2 max-h-64 overflow-auto rounded-control border border-line"
          tabIndex={0}
          role="region"
          aria-label={charts.asTable}
        >
          <table className="figures-table">
            <thead>
              <tr>
                {[head, ...columns].map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(({ name, cells }) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  {cells.map((cell, at) => (
                    <td key={columns[at]}>{cell}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
      <CsvLink
        rows={[[head, ...columns], ...rows.map(({ name, plain }) => [name, ...plain])]}
        fileName={fileName}
        className="absolute top-0 right-0"
      />
    </div>
  );
}
