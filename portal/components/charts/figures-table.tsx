'use client';

import { useEffect, useRef, useState } from 'react';
import { charts } from '../../messages/en-charts.ts';
import { CsvLink } from './csv-link.tsx';

/** What a chart tells of a bucket or step. */
export interface ToldRow {
  readonly name: string;
  /** A figure of each series, in the legend's order. */
  readonly cells: readonly string[];
  /** The same for programs. */
  readonly plain: readonly string[];
}

interface FiguresTableProps {
  /** Names the rows. */
  readonly head: string;
  readonly columns: readonly string[];
  readonly rows: readonly ToldRow[];
  /** Without its ending. */
  readonly fileName: string;
}

/** The figures of a chart as a table, which is made when it is opened, and as a file. */
export function FiguresTable({ head, columns, rows, fileName }: FiguresTableProps) {
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
      <CsvLink
        rows={[[head, ...columns], ...rows.map(({ name, plain }) => [name, ...plain])]}
        fileName={fileName}
        className="absolute top-0 right-0"
      />
    </div>
  );
}

function Figures({ head, columns, rows }: Omit<FiguresTableProps, 'fileName'>) {
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
