import type { ChargeOutcome } from '#domain/billing/payments';
import type { z } from 'zod';
import type {
  ChargeAnswer,
  ChargeOrder,
  MadeRefund,
  PaymentProvider,
  ProviderCharge,
  ProviderRefund,
  RefundAnswer,
} from '../provider.ts';
import {
  chargeSchema,
  chargesPageSchema,
  clockHeader,
  problemSchema,
  refundSchema,
  refundsPageSchema,
  type ListedRefund,
  type SandboxChargeRow,
} from './wire.ts';

export interface SandboxClientOptions {
  readonly url: string;
  /** After this long an answer is no longer waited for, and what became of the call is not known. */
  readonly timeoutMs: number;
  /** Of a story that is told of the past: what is made is dated by it. */
  readonly clock?: (() => number) | undefined;
}

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

/** The sandbox provider, over HTTP like any other. */
export function createSandboxProvider({ url, timeoutMs, clock }: SandboxClientOptions): PaymentProvider {
  const call = async (path: string, body?: object): Promise<Reply> => {
    const response = await fetch(new URL(path, url), {
      signal: AbortSignal.timeout(timeoutMs),
      ...(body && {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(clock && { [clockHeader]: String(clock()) }) },
        body: JSON.stringify(body),
      }),
    });
    return { status: response.status, body: await response.json() };
  };
  const get = async <S extends z.ZodType>(path: string, query: Record<string, string>, schema: S) => {
    const reply = await call(`${path}?${new URLSearchParams(query).toString()}`);
    if (reply.status === 404) return undefined;
    if (reply.status !== 200) throw new Error(`the sandbox answers ${reply.status}`);
    return schema.parse(reply.body);
  };
  return {
    name: 'sandbox',
    charge: (order) => call('/v1/charges', chargeBody(order)).then(chargeAnswer, lost),
    async chargesOf({ orgId, invoiceId }) {
      const page = await get('/v1/charges', { org: orgId, invoice: invoiceId }, chargesPageSchema);
      return (page?.charges ?? []).map(providerCharge);
    },
    async read(ref) {
      const row = await get('/v1/charge', { ref }, chargeSchema);
      return row && providerCharge(row);
    },
    refund: ({ key, chargeRef, amountMinor }) =>
      call('/v1/refunds', { key, chargeRef, amountMinor: String(amountMinor) }).then(refundAnswer, lost),
    async *chargesSince(since) {
      const read = (from: string) => get('/v1/charges', { since: String(since), from }, chargesPageSchema);
      for await (const { charges } of pagesOf(read)) yield charges.map(providerCharge);
    },
    async *refunds(of) {
      const query = 'since' in of ? { since: String(of.since) } : { charge: of.chargeRef };
      const read = (from: string) => get('/v1/refunds', { ...query, from }, refundsPageSchema);
      for await (const { refunds } of pagesOf(read)) yield refunds.map(providerRefund);
    },
    // Nobody disputes what the sandbox took.
    async *disputes() {},
  };
}

async function* pagesOf<T extends { readonly next?: number | undefined }>(
  read: (from: string) => Promise<T | undefined>,
) {
  for (let from: number | undefined = 0; from !== undefined;) {
    const page: T | undefined = await read(String(from));
    if (page) yield page;
    from = page?.next;
  }
}

function chargeBody({ key, token, amountMinor, currency, orgId, invoiceId }: ChargeOrder) {
  return { key, token, amountMinor: String(amountMinor), currency, orgId, invoiceId };
}

function chargeAnswer({ status, body }: Reply): ChargeAnswer {
  const row = chargeSchema.safeParse(body);
  if (row.success) return { status: 'known', charge: providerCharge(row.data) };
  const code = problemSchema.safeParse(body).data?.code ?? `http_${status}`;
  if (status === 429) return { status: 'busy', retryAfterMs: 1_000, code };
  // A key with another order behind it: there is a charge, and only looking it up says which.
  return status === 400 ? { status: 'refused', decline: 'hard', code } : { status: 'unknown', code };
}

function refundAnswer({ status, body }: Reply): RefundAnswer {
  const row = refundSchema.safeParse(body);
  if (row.success) return { status: 'known', refund: madeRefund(row.data) };
  const code = problemSchema.safeParse(body).data?.code ?? `http_${status}`;
  return { status: status === 402 || status === 400 ? 'refused' : 'unknown', code };
}

function lost(): { status: 'unknown'; code: string } {
  return { status: 'unknown', code: 'no_answer' };
}

function madeRefund({ ref }: { readonly ref: string }): MadeRefund {
  return { ref, status: 'succeeded', code: undefined };
}

function providerRefund(row: ListedRefund): ProviderRefund {
  const { key, chargeRef, orgId, invoiceId, amountMinor, currency, at } = row;
  return {
    ...madeRefund(row),
    key,
    chargeRef,
    chargedFor: { orgId, invoiceId },
    amountMinor: BigInt(amountMinor),
    currency,
    madeAt: at,
  };
}

function providerCharge(row: SandboxChargeRow): ProviderCharge {
  const { ref, key, orgId, invoiceId, currency } = row;
  return {
    ref,
    key,
    chargedFor: { orgId, invoiceId },
    amountMinor: BigInt(row.amountMinor),
    currency,
    outcome: outcomeOf(row),
    chargedAt: row.at,
    refundedMinor: BigInt(row.refundedMinor),
    isDisputed: false,
  };
}

function outcomeOf({ status, decline = 'soft', code = 'declined' }: SandboxChargeRow): ChargeOutcome {
  return status === 'succeeded' ? { status } : { status, decline, code };
}
