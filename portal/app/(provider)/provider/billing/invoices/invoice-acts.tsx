'use client';

import dynamic from 'next/dynamic';
import { createContext, useCallback, useContext, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import type { InvoiceStanding } from '../../../../../services/provider/billing-orders.ts';
import { afterAct } from './invoice-items.ts';
import type { InvoiceDialog, MenuInvoice } from './invoice-items.ts';

// Fetched when something is asked for.
const InvoiceDialogs = dynamic(() => import('./invoice-dialogs.tsx').then((part) => part.InvoiceDialogs));
const InvoiceResult = dynamic(() => import('./invoice-result.tsx').then((part) => part.InvoiceResult));

interface Asked {
  readonly invoice: MenuInvoice;
  readonly dialog: InvoiceDialog;
}

interface Done extends Asked {
  readonly standing: InvoiceStanding;
}

type Ask = (invoice: MenuInvoice, dialog: InvoiceDialog) => void;

const AskContext = createContext<Ask>(() => undefined);

/** Opens the dialog of an act on an invoice. */
export function useAskOfInvoice(): Ask {
  return useContext(AskContext);
}

/** The dialogs of what is done with invoices, and what it came to. They stand outside of the rows: what is done may take an invoice off its list. */
export function InvoiceActs({ children }: { readonly children: ReactNode }) {
  const [asked, setAsked] = useState<Asked>();
  const [done, setDone] = useState<Done>();
  const latest = useRef(new Map<string, Done>());
  const ask = useCallback<Ask>((invoice, dialog) => {
    const left = latest.current.get(invoice.key);
    // Until its row is read again, what was done here is newer than the row: nobody is in the way of themselves.
    const isOlder = left !== undefined && left.standing.version > invoice.version;
    setAsked({ invoice: isOlder ? afterAct(invoice, left.dialog, left.standing) : invoice, dialog });
  }, []);
  const tell = (told: Done) => {
    latest.current.set(told.invoice.key, told);
    setDone(told);
  };
  return (
    <AskContext value={ask}>
      {children}
      {asked && (
        <InvoiceDialogs
          key={asked.dialog}
          {...asked}
          onDone={({ standing }) => standing && tell({ ...asked, standing })}
          onClose={() => setAsked(undefined)}
        />
      )}
      {done && (
        <InvoiceResult
          invoice={done.invoice}
          act={done.dialog}
          standing={done.standing}
          onNext={(next) => {
            setDone(undefined);
            ask(afterAct(done.invoice, done.dialog, done.standing), next);
          }}
          onClose={() => setDone(undefined)}
        />
      )}
    </AskContext>
  );
}
