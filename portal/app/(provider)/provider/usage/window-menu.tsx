'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { MenuItem } from '../../../../components/actions/menu-popup.tsx';
import { RowMenu } from '../../../../components/actions/row-menu.tsx';
import { listHref } from '../../../../lists/list-href.ts';
import { messages } from '../../../../messages/en.ts';
import { usage } from '../../../../messages/en-usage.ts';
import { paths } from '../../../../paths.ts';
import { ExcludeDialog } from './exclude-dialog.tsx';
import { RerateDialog } from './rerate-dialog.tsx';

/** What the menu of a window and its dialogs know of it. */
export interface MenuWindow {
  /** Names the row. */
  readonly key: string;
  readonly orgId: string;
  readonly meter: string;
  readonly currency: string;
}

export interface UsageRights {
  readonly mayRerate: boolean;
  readonly mayExclude: boolean;
  readonly mayBill: boolean;
}

interface WindowMenuProps {
  readonly of: MenuWindow;
  readonly rights: UsageRights;
}

type Asked = 'rerate' | 'exclude' | 'include';
const { items } = usage;

/** What can be done with a window. */
export function WindowMenu({ of, rights }: WindowMenuProps) {
  const router = useRouter();
  const [asked, setAsked] = useState<Asked>();
  const close = () => setAsked(undefined);
  const item = (id: Asked, isAllowed: boolean): MenuItem => ({
    id,
    label: items[id],
    onSelect: () => setAsked(id),
    disabled: isAllowed ? undefined : messages.actions.refusals.forbidden,
  });
  return (
    <>
      <RowMenu
        label={usage.orders.of(of.meter)}
        items={[
          item('rerate', rights.mayRerate),
          { ...item('exclude', rights.mayExclude), isApart: true },
          item('include', rights.mayExclude),
          {
            id: 'invoices',
            label: items.invoices,
            onSelect: () => router.push(listHref(paths.invoices, new URLSearchParams({ org: of.orgId }))),
            disabled: rights.mayBill ? undefined : messages.actions.refusals.forbidden,
            isApart: true,
          },
        ]}
      />
      {asked === 'rerate' && <RerateDialog of={of} onClose={close} />}
      {asked === 'exclude' && <ExcludeDialog of={of} isExcluded onClose={close} />}
      {asked === 'include' && <ExcludeDialog of={of} isExcluded={false} onClose={close} />}
    </>
  );
}
