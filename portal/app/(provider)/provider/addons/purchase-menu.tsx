'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { RowMenu } from '../../../../components/actions/row-menu.tsx';
import { listHref } from '../../../../lists/list-href.ts';
import { addons } from '../../../../messages/en-addons.ts';
import { messages } from '../../../../messages/en.ts';
import { paths } from '../../../../paths.ts';
import { RefundDialog } from './refund-dialog.tsx';

/** What the menu of a purchase and its dialog know of it. */
export interface MenuPurchase {
  /** Names the row. */
  readonly key: string;
  readonly id: string;
  readonly orgId: string;
  /** What was not refunded yet, in minor units; undefined where the purchase was not told. */
  readonly leftMinor: string | undefined;
  readonly currency: string;
  readonly version: number;
}

interface PurchaseMenuProps {
  readonly purchase: MenuPurchase;
  readonly mayRefund: boolean;
  readonly mayBill: boolean;
}

/** What can be done with a purchase. */
export function PurchaseMenu({ purchase, mayRefund, mayBill }: PurchaseMenuProps) {
  const router = useRouter();
  const [isAsked, setAsked] = useState(false);
  const { forbidden } = messages.actions.refusals;
  return (
    <>
      <RowMenu
        label={purchase.id}
        copied={purchase.id}
        items={[
          {
            id: 'refund',
            label: addons.items.refund,
            onSelect: () => setAsked(true),
            disabled: mayRefund ? againstRefund(purchase) : forbidden,
            isBad: true,
          },
          {
            id: 'invoice',
            label: addons.items.invoice,
            onSelect: () => router.push(listHref(paths.invoices, new URLSearchParams({ org: purchase.orgId }))),
            disabled: mayBill ? undefined : forbidden,
            isApart: true,
          },
        ]}
      />
      {isAsked && <RefundDialog purchase={purchase} onClose={() => setAsked(false)} />}
    </>
  );
}

function againstRefund({ leftMinor }: MenuPurchase): string | undefined {
  if (leftMinor === undefined) return addons.notTold;
  return leftMinor === '0' ? addons.nothingLeft : undefined;
}
