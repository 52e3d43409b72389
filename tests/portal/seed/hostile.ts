import type pg from 'pg';
import { acceptRequests, addAttempts, addOrgs, decideAll } from './requests.ts';

export const markup = '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>';
const rightToLeft = 'شركة الأمل للتجارة \u202eevil\u202c المحدودة';
export const longWord = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'.repeat(3);
const idMax = 128;
const keyMax = 255;

export const hostileOrgs = [
  { id: 'hostile-markup', name: markup, keyId: 'fk_hostile_markup' },
  { id: 'hostile-rtl', name: rightToLeft, keyId: 'fk_hostile_rtl' },
  { id: `hostile-long-${'x'.repeat(100)}`, name: longWord, keyId: `fk_${'k'.repeat(61)}` },
] as const;

/** The longest and nastiest values that the contract takes, in every field that the log shows. */
export async function seedHostile(db: pg.Pool, now: number): Promise<void> {
  await addOrgs(db, hostileOrgs);
  const requests = hostileOrgs.flatMap(({ id: org, keyId }, index) => [
    {
      org,
      keyId,
      receivedAt: now - 60_000 * (index + 1),
      idempotencyKey: `${'"><svg/onload=1>'.repeat(20)}`.slice(0, keyMax),
      body: {
        type: 'lead.created',
        tenantId: org,
        occurredAt: new Date(now - 120_000).toISOString(),
        data: {
          leadId: `${markup}${'i'.repeat(idMax)}`.slice(0, idMax),
          source: 'web',
          name: rightToLeft,
          company: `${longWord}`.slice(0, 256),
          email: 'a@b.example',
          valueMinor: 123_456_789_012,
          currency: 'EUR',
          meta: { [markup]: markup, '‮': rightToLeft, deep: { list: [1, 'two', null, true, { '</script>': '<!--' }] } },
        },
      },
    },
    {
      org,
      keyId,
      receivedAt: now - 90_000 * (index + 1),
      idempotencyKey: `invoice-${index}`,
      body: {
        type: 'invoice.refunded',
        tenantId: org,
        occurredAt: new Date(now - 120_000).toISOString(),
        data: {
          invoiceId: longWord.slice(0, idMax),
          refundId: markup.slice(0, idMax),
          amountMinor: 999_999_999_999,
          currency: 'EUR',
          reason: markup,
        },
      },
    },
  ]);
  const refs = await acceptRequests(db, requests);
  await decideAll(db, refs, () => 987_654_321);
  await addAttempts(
    db,
    hostileOrgs.flatMap(({ id: org, keyId }, index) => [
      {
        at: now - 30_000 * (index + 1),
        status: 400,
        code: 'body_invalid',
        org,
        keyId,
        idempotencyKey: `bad-${index}`,
        headers: {
          'user-agent': markup,
          'x-signature': 'v2=must-never-be-shown',
          cookie: 'must-never-be-shown',
          [longWord.slice(0, 60)]: longWord,
        },
        body: `{"type": "${markup.replaceAll('"', '\\"')}", "not json`,
        issues: Array.from({ length: 40 }, (_, row) => ({ path: `data.meta.${markup}.${row}`, message: longWord })),
        latencyMs: 123_456,
      },
      {
        at: now - 31_000 * (index + 1),
        status: 401,
        code: 'signature_invalid',
        keyId: 'z'.repeat(64),
        repeats: 1_234_567,
      },
    ]),
  );
}
