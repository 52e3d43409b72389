import type { Route } from 'next';
import type { ReactNode } from 'react';
import { ExportChosen } from '../../../../components/bulk/export-chosen.tsx';
import { FileLink } from '../../../../components/charts/csv-link.tsx';
import { listHref } from '../../../../lists/list-href.ts';
import { Failed } from '../../../../server/tried.ts';
import type { WalkedPage } from '../../../../services/provider/walked-source.ts';
import { FailedList, ListCard } from './short-list.tsx';
import type { SettingsListProps } from './short-list.tsx';

interface WalkedListProps<Row> extends Omit<SettingsListProps<Row>, 'rowId'> {
  readonly page: WalkedPage<Row> | Failed;
  readonly exportPath: Route;
  /** What else than a file can be made of rows that are chosen. */
  readonly actions?: ReactNode;
}

/** A list that may be long: read page by page by its keys, rows to choose, and as a file that the database writes. */
export function WalkedList<Row>({ page, exportPath, actions, ...props }: WalkedListProps<Row>) {
  if (page instanceof Failed) return <FailedList {...props} failed={page} />;
  const { previous, next } = page;
  return (
    <ListCard
      {...props}
      rowId={keyOf}
      page={{
        ...page,
        previous: previous && `before.${previous}`,
        next: next && `after.${next}`,
      }}
      file={<FileLink href={listHref(exportPath, props.asked.filters)} download />}
      chosen={
        <>
          {actions}
          <ExportChosen path={exportPath} />
        </>
      }
    />
  );
}

function keyOf({ key }: { readonly key: string }): string {
  return key;
}
