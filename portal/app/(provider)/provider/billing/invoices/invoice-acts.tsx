'use client';

import dynamic from 'next/dynamic';
import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState } from 'react';
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

interface Asking {
  readonly ask: (invoice: MenuInvoice, dialog: InvoiceDialog) => void;
  /** Of an invoice that is read again while its dialog is open. */
  readonly renew: (invoice: MenuInvoice) => void;
}

const AskContext = createContext<Asking>({ ask: () => undefined, renew: () => undefined });

/** Opens the dialog of an act on the invoice, which has it as it is read again. */
export function useAskOfInvoice(invoice: MenuInvoice): (dialog: InvoiceDialog) => void {
  const { ask, renew } = useContext(AskContext);
  useEffect(() => renew(invoice), [renew, invoice]);
  return (dialog) => ask(invoice, dialog);
}

/** The dialogs of what is done with invoices, and what it came to. They stand outside of the rows: what is done may take an invoice off its list. */
export function InvoiceActs({ children }: { readonly children: ReactNode }) {
  const [asked, setAsked] = useState<Asked>();
  const [done, setDone] = useState<Done>();
  const latest = useRef(new Map<string, Done>());
  const ask = useCallback<Asking['ask']>((invoice, dialog) => {
    const left = latest.current.get(invoice.key);
    // Until its row is read again, what was done here is newer than the row: nobody is in the way of themselves.
    const isOlder = left !== undefined && left.standing.version > invoice.version;
    setAsked({ invoice: isOlder ? afterAct(invoice, left.dialog, left.standing) : invoice, dialog });
  }, []);
  const asking = useMemo(
    (): Asking => ({
      ask,
      renew: (invoice) =>
        setAsked((open) =>
          open?.invoice.key === invoice.key && open.invoice.version < invoice.version ? { ...open, invoice } : open,
        ),
    }),
    [ask],
  );
  const tell = (told: Done) => {
    latest.current.set(told.invoice.key, told);
    setDone(told);
  };
  return (
    <AskContext value={asking}>
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
