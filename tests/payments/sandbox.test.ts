import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ChargeOrder, OfChargeOrSince, PaymentProvider, ProviderCharge, ProviderRefund } from '#payments/provider';
import { openBook } from '#payments/sandbox/book';
import { createSandboxProvider } from '#payments/sandbox/client';
import { startSandbox, type SandboxProcess } from './sandbox-process.ts';

let sandbox: SandboxProcess;
let provider: PaymentProvider;

beforeAll(async () => {
  sandbox = await startSandbox({ SANDBOX_HANG_MS: '1500' });
  provider = createSandboxProvider({ url: sandbox.url, timeoutMs: 400 });
});
afterAll(() => sandbox.stop());

function order(invoiceId: string, attempt: number, token: string, amountMinor = 500n): ChargeOrder {
  return { key: `pay:${invoiceId}:${attempt}`, orgId: 'acme', invoiceId, token, amountMinor, currency: 'EUR' };
}

async function refundsOf(of: OfChargeOrSince): Promise<ProviderRefund[]> {
  const all: ProviderRefund[] = [];
  for await (const page of provider.refunds(of)) all.push(...page);
  return all;
}

async function listed(): Promise<ProviderCharge[]> {
  const all: ProviderCharge[] = [];
  for await (const page of provider.chargesSince(0)) all.push(...page);
  return all;
}

test.each([
  ['pm_ok', { status: 'known', charge: { outcome: { status: 'succeeded' } } }, 'succeeded'],
  ['pm_declined_soft', { status: 'known', charge: { outcome: { status: 'failed', decline: 'soft' } } }, 'failed'],
  ['pm_declined_hard', { status: 'known', charge: { outcome: { status: 'failed', decline: 'hard' } } }, 'failed'],
  ['pm_timeout_charged', { status: 'unknown' }, 'succeeded'],
  ['pm_timeout_not_charged', { status: 'unknown' }, undefined],
  ['pm_nobody_knows', { status: 'refused', decline: 'hard', code: 'method_unknown' }, undefined],
])('%s answers as its name says, and the list says what was charged', async (token, answer, inList) => {
  const wanted = order(`inv_${token}`, 1, token);
  expect(await provider.charge(wanted)).toMatchObject(answer);
  const [found] = await provider.chargesOf({ ...wanted, sentAt: Date.now() });
  expect(found?.outcome.status).toBe(inList);
  expect((await listed()).find(({ key }) => key === wanted.key)?.outcome.status).toBe(inList);
});

test('a method that declines twice first counts by invoice, also over a restart', async () => {
  const outcomes = [];
  for (const attempt of [1, 2, 3]) {
    if (attempt === 2) await sandbox.restart();
    const answer = await provider.charge(order('inv_soft', attempt, 'pm_soft_then_ok_2'));
    outcomes.push(answer.status === 'known' && answer.charge.outcome.status);
  }
  expect(outcomes).toEqual(['failed', 'failed', 'succeeded']);
  expect(await provider.charge(order('inv_other', 1, 'pm_soft_then_ok_2'))).toMatchObject({
    charge: { outcome: { status: 'failed' } },
  });
});

test('a key charges once, also of a charge whose answer was lost and over a restart; with another order behind it it is refused', async () => {
  const wanted = order('inv_key', 1, 'pm_timeout_charged');
  expect(await provider.charge(wanted)).toEqual({ status: 'unknown', code: 'no_answer' });
  await sandbox.restart();
  const again = await Promise.all([provider.charge(wanted), provider.charge(wanted)]);
  expect(again.map(({ status }) => status)).toEqual(['known', 'known']);
  expect((await listed()).filter(({ key }) => key === wanted.key)).toHaveLength(1);
  expect(await provider.charge({ ...wanted, amountMinor: 501n })).toEqual({ status: 'unknown', code: 'key_reused' });
});

test('a refund goes back once for a key, and never more than was taken', async () => {
  const charged = await provider.charge(order('inv_refund', 1, 'pm_ok'));
  const chargeRef = charged.status === 'known' ? charged.charge.ref : '';
  const refund = {
    key: 'refund:1',
    chargeRef,
    amountMinor: 300n,
    currency: 'EUR',
    orgId: 'acme',
    invoiceId: 'inv_refund',
  };
  for (let n = 0; n < 2; n += 1)
    expect(await provider.refund(refund)).toMatchObject({ status: 'known', refund: { status: 'succeeded' } });
  for (const of of [{ chargeRef }, { since: 0 }])
    expect(await refundsOf(of)).toMatchObject([
      {
        key: 'refund:1',
        chargeRef,
        amountMinor: 300n,
        currency: 'EUR',
        chargedFor: { orgId: 'acme', invoiceId: 'inv_refund' },
      },
    ]);
  expect(await refundsOf({ since: Date.now() + 60_000 })).toEqual([]);
  expect((await provider.read(chargeRef))?.refundedMinor).toBe(300n);
  expect(await provider.refund({ ...refund, key: 'refund:2' })).toEqual({
    status: 'refused',
    code: 'refund_exceeds_charge',
  });
});

test('a provider that is not there is an unknown outcome for a charge, and an error for a question', async () => {
  const nobody = createSandboxProvider({ url: 'http://127.0.0.1:1', timeoutMs: 400 });
  expect(await nobody.charge(order('inv_x', 1, 'pm_ok'))).toEqual({ status: 'unknown', code: 'no_answer' });
  await expect(nobody.chargesOf({ ...order('inv_x', 1, 'pm_ok'), sentAt: 0 })).rejects.toThrow();
  await expect(nobody.chargesSince(0)[Symbol.asyncIterator]().next()).rejects.toThrow();
});

test('a line that was cut off by a crash is left out of the book, and the next entry starts a line of its own', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'book-'));
  const file = join(folder, 'book.jsonl');
  const book = openBook(file);
  book.noteTried('acme', 'inv', 'pm_ok');
  book.close();
  await appendFile(file, '{"kind":"char');
  const again = openBook(file);
  expect(again.tried('acme', 'inv', 'pm_ok')).toBe(1);
  again.noteTried('acme', 'inv', 'pm_ok');
  again.close();
  expect(openBook(file).tried('acme', 'inv', 'pm_ok')).toBe(2);
  expect((await readFile(file, 'utf8')).endsWith('\n')).toBe(true);
  await rm(folder, { recursive: true });
});

test('what is made by the clock of a story is dated by it, and a clock that cannot be read is refused', async () => {
  const at = Date.parse('2026-03-01T05:00:00Z');
  const past = createSandboxProvider({ url: sandbox.url, timeoutMs: 400, clock: () => at });
  await past.charge(order('inv_past', 1, 'pm_ok'));
  expect((await listed()).find(({ key }) => key === 'pay:inv_past:1')?.chargedAt).toBe(at);
  const broken = createSandboxProvider({ url: sandbox.url, timeoutMs: 400, clock: () => Number.NaN });
  const refused = { status: 'refused', code: 'request_invalid' };
  expect(await broken.charge(order('inv_broken', 1, 'pm_ok'))).toMatchObject(refused);
  expect((await listed()).filter(({ key }) => key === 'pay:inv_broken:1')).toEqual([]);
});
