import { Download } from 'lucide-react';
import type { ComponentProps } from 'react';
import { charts } from '../../messages/en-charts.ts';
import { csvHref } from './chart-file.ts';

interface CsvLinkProps {
  readonly rows: readonly (readonly string[])[];
  /** Without its ending. */
  readonly fileName: string;
  readonly className: string;
}

/** The figures of a chart as a file, at the right below them. */
export function CsvLink({ rows, fileName, className }: CsvLinkProps) {
  const file = { href: csvHref(rows), download: `${fileName}.csv`, title: charts.csvHint };
  return <FileLink {...file} className={`ml-auto ${className}`} />;
}

/** Beside what it has the rows of. */
export function FileLink({ className = '', ...link }: ComponentProps<'a'>) {
  return (
    <a
      {...link}
      className={`flex h-6 w-fit items-center gap-1 rounded-nav text-caption text-fg-2 hover:text-fg hover:underline ${className}`}
    >
      <Download size={12} strokeWidth={1.75} aria-hidden="true" />
      {charts.csv}
    </a>
  );
}
