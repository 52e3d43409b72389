/** An invoice of an org, and the attempt or refund of it by its ref. */
export interface InvoiceName {
  readonly orgId: string;
  readonly invoiceId: string;
}

export interface PaymentName extends InvoiceName {
  readonly ref: string;
}

/** Who did it, as the audit trail says it. */
export interface Actor {
  readonly actorType: 'system' | 'staff' | 'payment_provider';
  readonly actor: string;
}

/** Ids of collection's pages are "org:invoice", or "org:invoice:ref": no org's id has a colon in it. */
export function invoiceOf(id: string): InvoiceName {
  const [orgId = '', invoiceId = ''] = id.split(':');
  return { orgId, invoiceId };
}

export function orgOf(id: string): string {
  return invoiceOf(id).orgId;
}

export function idOf({ orgId, invoiceId }: InvoiceName): string {
  return `${orgId}:${invoiceId}`;
}

export function orgsOf(names: readonly { readonly orgId: string }[]): string[] {
  return [...new Set(names.map(({ orgId }) => orgId))].toSorted();
}

export function attemptRef(attempt: number): string {
  return `attempt-${attempt}`;
}
