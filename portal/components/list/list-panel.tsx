import type { ReactNode } from 'react';
import { messages } from '../../messages/en.ts';
import type { Page } from '../../services/provider/list-page.ts';
import type { RowKey } from '../../services/provider/list-source.ts';
import { EmptyState } from '../empty-state.tsx';
import { Sheet } from '../panel/sheet.tsx';
import { rowHref } from './list-view.ts';
import type { ListView } from './list-view.ts';

interface ListPanelProps<F, Row, Detail> {
  readonly view: ListView<F>;
  readonly list: Page<Row>;
  readonly detail: Detail | undefined;
  /** Names the panel. */
  readonly label: (detail: Detail) => string;
  readonly title: (detail: Detail) => ReactNode;
  /** What can be done with it. */
  readonly actions?: (detail: Detail) => ReactNode;
  readonly children: (detail: Detail) => ReactNode;
}

/** The open row of a list, beside it; nothing where none is open. */
export function ListPanel<F, Row extends { readonly key: RowKey }, Detail>(props: ListPanelProps<F, Row, Detail>) {
  const { view, list, detail, label, title, actions, children } = props;
  const { openId } = view;
  if (openId === undefined) return null;
  const at = list.rows.findIndex(({ key }) => key.id === openId);
  const neighbour = (row: Row | undefined) => row && rowHref(view, row.key.id);
  return (
    <Sheet
      title={detail ? title(detail) : messages.lists.gone}
      label={detail ? label(detail) : messages.lists.gone}
      actions={detail && actions?.(detail)}
      closeHref={rowHref(view, undefined)}
      previousHref={neighbour(at > 0 ? list.rows[at - 1] : undefined)}
      nextHref={neighbour(at >= 0 ? list.rows[at + 1] : undefined)}
      rowId={openId}
    >
      {detail ? (
        <div className="flex flex-col gap-6 p-5">{children(detail)}</div>
      ) : (
        <EmptyState title={messages.lists.gone} text={messages.lists.goneText} />
      )}
    </Sheet>
  );
}
