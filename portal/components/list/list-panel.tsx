import type { ReactNode } from 'react';
import { messages } from '../../messages/en.ts';
import type { Page } from '../../services/provider/list-page.ts';
import type { RowKey } from '../../services/provider/list-source.ts';
import { Failed } from '../../server/tried.ts';
import { CardSkeleton } from '../card.tsx';
import { EmptyState } from '../empty-state.tsx';
import { FailedPart } from '../failed-part.tsx';
import { RowPage } from '../panel/row-page.tsx';
import { Sheet } from '../panel/sheet.tsx';
import { rowHref } from './list-view.ts';
import type { ListView } from './list-view.ts';

interface ListPanelProps<F, Row, Detail> {
  readonly view: ListView<F>;
  readonly list: Page<Row>;
  readonly detail: Detail | Failed | undefined;
  /** Names the panel. */
  readonly label: (detail: Detail) => string;
  readonly title: (detail: Detail) => ReactNode;
  /** What can be done with it. */
  readonly actions?: (detail: Detail) => ReactNode;
  readonly children: (detail: Detail) => ReactNode;
}

/** The open row of a list, beside it or as a page of its own; nothing where none is open. */
export function ListPanel<F, Row extends { readonly key: RowKey }, Detail>(props: ListPanelProps<F, Row, Detail>) {
  const { view, list, detail: read, label, title, actions, children } = props;
  const detail = read instanceof Failed ? undefined : read;
  const missing = read instanceof Failed ? messages.lists.notRead : messages.lists.gone;
  const { openId } = view;
  if (openId === undefined) return null;
  const at = list.rows.findIndex(({ key }) => key.id === openId);
  const neighbour = (row: Row | undefined) => row && rowHref(view, row.key.id);
  const shared = {
    title: detail ? title(detail) : missing,
    actions: detail && actions?.(detail),
    closeHref: rowHref(view, undefined),
    children: detail ? (
      <div className="flex flex-col gap-6 p-5">{children(detail)}</div>
    ) : (
      <NoDetail read={read} title={missing} text={messages.lists.goneText} />
    ),
  };
  if (view.isWhole) return <RowPage {...shared} />;
  return (
    <Sheet
      {...shared}
      label={detail ? label(detail) : missing}
      previousHref={neighbour(at > 0 ? list.rows[at - 1] : undefined)}
      nextHref={neighbour(at >= 0 ? list.rows[at + 1] : undefined)}
      rowId={openId}
    />
  );
}

interface NoDetailProps {
  readonly read: unknown;
  readonly title: string;
  readonly text: string;
}

/** That a row is not there is another thing than that it could not be read. */
export function NoDetail({ read, title, text }: NoDetailProps) {
  if (!(read instanceof Failed)) return <EmptyState title={title} text={text} />;
  return (
    <div className="p-5">
      <FailedPart label={title} failed={read} skeleton={<CardSkeleton />} />
    </div>
  );
}
