'use client';

import { useEffect, useRef, useState } from 'react';
import { charts } from '../../messages/en-charts.ts';
import { CsvLink } from './csv-link.tsx';
import type { ToldRow, ToldRows } from './told-rows.ts';
import { useToldRows } from './use-told-rows.ts';

interface FiguresTableProps {
  /** Names the rows. */
  readonly head: string;
  readonly columns: readonly string[];
  readonly told: ToldRows;
  /** Without its ending. */
  readonly fileName: string;
}

/** The figures of a chart as a table, which is made when it is opened, and as a file. */
export function FiguresTable({ head, columns, told, fileName }: FiguresTableProps) {
  const rows = useToldRows(told);
  const [isOpen, setOpen] = useState(false);
  const details = useRef<HTMLDetailsElement>(null);
  // The browser opens it also before the page answers clicks.
  useEffect(() => setOpen(details.current?.open === true), []);
  return (
    <div className="relative mt-2">
      <details ref={details} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary className="flex h-6 w-fit items-center rounded-nav text-caption text-fg-2 hover:text-fg hover:underline">
          {charts.asTable}
        </summary>
        {isOpen && <Figures head={head} columns={columns} rows={rows} />}
      </details>
      {rows.length > 0 && (
        <CsvLink
          rows={[[head, ...columns], ...rows.map(({ name, plain }) => [name, ...plain])]}
          fileName={fileName}
          className="absolute top-0 right-0"
        />
      )}
    </div>
  );
}

interface FiguresProps extends Pick<FiguresTableProps, 'head' | 'columns'> {
  readonly rows: readonly ToldRow[];
}

function Figures({ head, columns, rows }: FiguresProps) {
  return (
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
  );
}
