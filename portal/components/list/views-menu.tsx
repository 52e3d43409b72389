'use client';

import { Bookmark, ChevronDown, Trash2 } from 'lucide-react';
import type { Route } from 'next';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useEffect, useState, useTransition } from 'react';
import { textOf } from '../../lists/form-text.ts';
import { listHref } from '../../lists/list-href.ts';
import { viewNameMax } from '../../lists/list-layout.ts';
import { countListViews, deleteListView, saveListView } from '../../lists/view-actions.ts';
import { messages } from '../../messages/en.ts';
import { say } from '../actions/toast.ts';
import { Popover } from '../popover.tsx';
import type { OfferedView } from './open-list.ts';

export interface ViewsMenuProps {
  readonly list: string;
  readonly path: Route;
  /** The list without filters. */
  readonly allHref: Route;
  /** The list's parameters as they are now, without a view. */
  readonly params: string;
  readonly columns: readonly string[];
  readonly views: readonly OfferedView[];
  readonly opened: OfferedView | undefined;
  readonly isChanged: boolean;
}

/** The views of a list: those it comes with, the member's own, and those that others share; and the way to keep another. */
export function ViewsMenu(props: ViewsMenuProps) {
  const { opened, isChanged } = props;
  return (
    <Popover
      label={messages.views.views}
      buttonClassName="button button-small max-w-56"
      button={
        <>
          <Bookmark size={14} strokeWidth={1.75} aria-hidden="true" className="flex-none text-fg-2" />
          <span className="truncate">{opened?.name ?? messages.views.view}</span>
          {isChanged && <span className="font-normal text-fg-3">{messages.views.changed}</span>}
          <ChevronDown size={14} strokeWidth={1.75} aria-hidden="true" className="flex-none text-fg-3" />
        </>
      }
      align="end"
      paletteName={messages.views.views}
      className="w-80 overflow-y-auto"
    >
      {(close) => <Views {...props} close={close} />}
    </Popover>
  );
}

function Views({ close, ...props }: ViewsMenuProps & { readonly close: () => void }) {
  const { list, path, allHref, views, opened, params } = props;
  const [counts, setCounts] = useState<Readonly<Record<string, string>>>({});
  useEffect(() => {
    let isShown = true;
    void countListViews({ list }).then((result) => isShown && result.ok && setCounts(result.value));
    return () => {
      isShown = false;
    };
  }, [list]);
  const groups = [
    { label: messages.views.own, views: views.filter(({ isOwn }) => isOwn) },
    { label: messages.views.shared, views: views.filter(({ isOwn, isSystem }) => !isOwn && !isSystem) },
  ];
  const item = (view: OfferedView) => (
    <ViewItem
      key={view.id}
      list={list}
      path={path}
      view={view}
      isOpened={view.id === opened?.id}
      count={counts[view.id]}
      close={close}
    />
  );
  return (
    <>
      <ul className="p-1.5">
        <li>
          <Link
            href={allHref}
            prefetch={false}
            className={itemClass}
            aria-current={!opened && listHref(path, new URLSearchParams(params)) === allHref}
            onClick={close}
          >
            {messages.views.all}
          </Link>
        </li>
        {views.filter(({ isSystem }) => isSystem).map(item)}
      </ul>
      {groups.map(
        (group) =>
          group.views.length > 0 && (
            <div key={group.label} className="border-t border-line p-1.5">
              <p className="px-2 pt-1 pb-1 text-label text-fg-3">{group.label}</p>
              <ul>{group.views.map(item)}</ul>
            </div>
          ),
      )}
      <SaveForm {...props} close={close} />
    </>
  );
}

const itemClass =
  'flex min-h-8 min-w-0 flex-1 items-center gap-2 rounded-nav px-2 hover:bg-hover aria-[current=true]:bg-sunken aria-[current=true]:font-medium';

interface ViewItemProps {
  readonly list: string;
  readonly path: Route;
  readonly view: OfferedView;
  readonly isOpened: boolean;
  readonly count: string | undefined;
  readonly close: () => void;
}

function ViewItem({ list, path, view, isOpened, count, close }: ViewItemProps) {
  const router = useRouter();
  const [isPending, startTransition] = useTransition();
  const remove = () =>
    startTransition(async () => {
      const result = await deleteListView({ list, id: view.id });
      if (!result.ok) return say({ title: messages.views.failed, tone: 'bad' });
      say({
        title: messages.views.deleted(view.name),
        undo: () => void saveListView(keptOf(list, view)).then(() => router.refresh()),
      });
      if (isOpened) router.replace(listHref(path, new URLSearchParams(view.params)), { scroll: false });
      return router.refresh();
    });
  return (
    <li className="flex items-center gap-1" aria-busy={isPending}>
      <Link href={view.href} prefetch={false} className={itemClass} aria-current={isOpened} onClick={close}>
        <bdi className="flex-1 truncate">{view.name}</bdi>
        {count !== undefined && <span className="num flex-none text-caption font-normal text-fg-3">{count}</span>}
        {view.isOwn && view.isShared && (
          <span className="text-caption font-normal text-fg-3">{messages.views.isShared}</span>
        )}
        {view.by !== undefined && (
          <span className="max-w-28 truncate text-caption font-normal text-fg-3">{messages.views.by(view.by)}</span>
        )}
      </Link>
      {view.isOwn && (
        <button type="button" className="icon-button" aria-label={messages.views.delete(view.name)} onClick={remove}>
          <Trash2 size={14} strokeWidth={1.75} aria-hidden="true" />
        </button>
      )}
    </li>
  );
}

/** What saves a view again as it was. */
function keptOf(list: string, { name, isShared, params, columns }: OfferedView) {
  return { list, name, isShared, params, columns };
}

/** A view that took the place of another gives it back. */
function takeSavedBack(list: string, views: readonly OfferedView[], { id, name }: Pick<OfferedView, 'id' | 'name'>) {
  const before = views.find((view) => view.isOwn && view.name === name);
  return before ? saveListView(keptOf(list, before)) : deleteListView({ list, id });
}

type SaveFormProps = ViewsMenuProps & { readonly close: () => void };

/** Saves what the list shows as a view, and opens it; or says why not. */
function useSave({ list, path, params, columns, views, close }: SaveFormProps) {
  const router = useRouter();
  const [isPending, startTransition] = useTransition();
  const [problem, setProblem] = useState<string>();
  const save = (form: FormData) =>
    startTransition(async () => {
      const told = { name: textOf(form, 'name') ?? '', isShared: form.has('shared') };
      const result = await saveListView({ list, params, columns, ...told });
      if (!result.ok) return setProblem(messages.views.failed);
      if (result.value === 'too_many') return setProblem(messages.views.tooMany);
      const { id } = result.value;
      const takeBack = () => takeSavedBack(list, views, { id, name: told.name });
      say({ title: messages.views.saved(told.name), undo: () => void takeBack().then(() => router.refresh()) });
      close();
      const saved = new URLSearchParams(params);
      saved.set('view', id);
      router.replace(listHref(path, saved), { scroll: false });
      return router.refresh();
    });
  return { save, isPending, problem };
}

function SaveForm(props: SaveFormProps) {
  const { opened } = props;
  const { save, isPending, problem } = useSave(props);
  return (
    <form
      className="flex flex-col gap-2.5 border-t border-line p-3"
      aria-busy={isPending}
      onSubmit={(event) => {
        event.preventDefault();
        save(new FormData(event.currentTarget));
      }}
    >
      <label className="flex flex-col gap-1 text-caption font-medium text-fg-2">
        {messages.views.name}
        <input
          name="name"
          className="field field-small font-normal"
          required
          maxLength={viewNameMax}
          defaultValue={opened?.isOwn ? opened.name : undefined}
          placeholder={messages.views.nameHint}
          autoComplete="off"
        />
      </label>
      <label className="flex items-center gap-2.5">
        <input
          type="checkbox"
          name="shared"
          className="box"
          defaultChecked={opened?.isOwn === true && opened.isShared}
        />
        {messages.views.share}
      </label>
      {problem !== undefined && (
        <p role="alert" className="text-caption text-bad-text">
          {problem}
        </p>
      )}
      <button type="submit" className="button button-small self-end" disabled={isPending}>
        {messages.views.save}
      </button>
    </form>
  );
}
