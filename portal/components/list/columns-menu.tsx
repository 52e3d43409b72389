'use client';

import { ArrowDown, ArrowUp, Columns3 } from 'lucide-react';
import type { Route } from 'next';
import { useRouter } from 'next/navigation';
import { useState, useTransition } from 'react';
import type { ReactNode } from 'react';
import { keepListLayout } from '../../lists/view-actions.ts';
import { messages } from '../../messages/en.ts';
import { say } from '../actions/toast.ts';
import { FilterFoot } from '../filters/filter-popover.tsx';
import { Popover } from '../popover.tsx';

export interface OfferedColumn {
  readonly id: string;
  readonly label: string;
  readonly isShown: boolean;
  /** Opens the row, or says how the list is sorted. */
  readonly isLocked: boolean;
}

interface ColumnsMenuProps {
  readonly list: string;
  /** Those shown first, in their order. */
  readonly columns: readonly OfferedColumn[];
  /** The list without a view that brings columns of its own. */
  readonly href: Route;
}

/** Which columns a list shows, and in which order: per member and list. */
export function ColumnsMenu({ list, columns, href }: ColumnsMenuProps) {
  const router = useRouter();
  const [isPending, startTransition] = useTransition();
  const keep = (chosen: readonly string[]) =>
    startTransition(async () => {
      const before = columns.filter(({ isShown }) => isShown).map(({ id }) => id);
      await keepListLayout({ list, columns: chosen });
      say({
        title: messages.views.columnsKept,
        undo: () => void keepListLayout({ list, columns: before }).then(() => router.refresh()),
      });
      router.replace(href, { scroll: false });
      router.refresh();
    });
  return (
    <Popover
      label={messages.views.columns}
      buttonClassName="button button-small"
      button={
        <>
          <Columns3 size={14} strokeWidth={1.75} aria-hidden="true" className="text-fg-2" />
          {messages.views.columns}
        </>
      }
      align="end"
      paletteName={messages.views.columns}
      className="w-72"
    >
      {(close) => (
        <ColumnsForm
          columns={columns}
          isPending={isPending}
          onKeep={(chosen) => {
            close();
            keep(chosen);
          }}
        />
      )}
    </Popover>
  );
}

interface ColumnsFormProps {
  readonly columns: readonly OfferedColumn[];
  readonly isPending: boolean;
  readonly onKeep: (chosen: readonly string[]) => void;
}

function ColumnsForm({ columns, isPending, onKeep }: ColumnsFormProps) {
  const [offered, setOffered] = useState(columns);
  const toggle = (id: string) =>
    setOffered(offered.map((column) => (column.id === id ? { ...column, isShown: !column.isShown } : column)));
  const move = (from: number, to: number) => {
    const moved = [...offered];
    moved.splice(to, 0, ...moved.splice(from, 1));
    setOffered(moved);
  };
  return (
    <form
      aria-busy={isPending}
      onSubmit={(event) => {
        event.preventDefault();
        onKeep(offered.filter(({ isShown }) => isShown).map(({ id }) => id));
      }}
    >
      <ul className="max-h-80 overflow-y-auto p-1.5">
        {offered.map((column, index) => (
          <li key={column.id} className="flex min-h-8 items-center gap-1 rounded-nav pr-1 pl-2 hover:bg-hover">
            <label className="flex min-w-0 flex-1 items-center gap-2.5 py-1">
              <input
                type="checkbox"
                className="box"
                checked={column.isShown}
                disabled={column.isLocked}
                onChange={() => toggle(column.id)}
              />
              <span className="truncate">{column.label}</span>
            </label>
            {/* The first opens the row and stays the first. */}
            {index > 0 && (
              <>
                <MoveButton
                  label={messages.views.columnUp(column.label)}
                  icon={<ArrowUp size={14} strokeWidth={1.75} aria-hidden="true" />}
                  onMove={index > 1 ? () => move(index, index - 1) : undefined}
                />
                <MoveButton
                  label={messages.views.columnDown(column.label)}
                  icon={<ArrowDown size={14} strokeWidth={1.75} aria-hidden="true" />}
                  onMove={index < offered.length - 1 ? () => move(index, index + 1) : undefined}
                />
              </>
            )}
          </li>
        ))}
      </ul>
      <FilterFoot clearLabel={messages.views.reset} onClear={() => onKeep([])} />
    </form>
  );
}

interface MoveButtonProps {
  readonly label: string;
  readonly icon: ReactNode;
  /** undefined at the end of the list, where the button keeps the focus and does nothing. */
  readonly onMove: (() => void) | undefined;
}

function MoveButton({ label, icon, onMove }: MoveButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      aria-disabled={onMove === undefined}
      className="icon-button size-6 aria-disabled:text-line-strong"
      onClick={onMove}
    >
      {icon}
    </button>
  );
}
