import { createHash, createSign, generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { failuresPerAddressMax } from '#portal/auth/login-limits';
import { askForPasskey } from '#portal/auth/passkeys';
import { readPendingSession, readSession } from '#portal/auth/session';
import { signInWithPasskey } from '#portal/auth/sign-in';
import { takeSecondStep } from '#portal/auth/prove';
import { membersOf, must, ring, start } from './members.ts';
import { openPortalBase } from './portal-base.ts';
import type { PortalBase } from './portal-base.ts';

const party = { id: 'portal.example', origin: 'https://portal.example' };
const from = { address: '203.0.113.9', userAgent: '' };
const refused = { status: 'refused' };

let base: PortalBase;
const { newMember, byPassword } = membersOf(() => base);

beforeAll(async () => {
  base = await openPortalBase();
});
afterAll(() => base.close());
beforeEach(() => base.all.query('delete from staff_login_bucket'));

function context() {
  return { db: base.portal, ring, party, now: start };
}

/** A member with a passkey, and what their device answers to a challenge. */
async function withPasskey() {
  const { email, token } = await newMember();
  const staff = must(await readSession(base.portal, token, start));
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  // COSE: an EC key for ES256 on P-256.
  const cose = [Buffer.from('a5010203262001215820', 'hex'), Buffer.from(x, 'base64url')];
  const credential = randomBytes(16);
  await base.all.query(
    `insert into staff_passkey (id, staff_id, credential_id, public_key, counter, transports, name, created_at)
     values ($1, $2, $3, $4, 0, '{}', 'key', now())`,
    [
      randomUUID(),
      staff.id,
      credential,
      Buffer.concat([...cose, Buffer.from('225820', 'hex'), Buffer.from(y, 'base64url')]),
    ],
  );
  const answer = (challenge: string, origin = party.origin) => {
    const client = Buffer.from(JSON.stringify({ type: 'webauthn.get', challenge, origin, crossOrigin: false }));
    // Present and verified; a device that does not count.
    const data = Buffer.concat([createHash('sha256').update(party.id).digest(), Buffer.from('0500000000', 'hex')]);
    const signed = createSign('SHA256').update(data).update(createHash('sha256').update(client).digest());
    return {
      id: credential.toString('base64url'),
      rawId: credential.toString('base64url'),
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON: client.toString('base64url'),
        authenticatorData: data.toString('base64url'),
        signature: signed.sign(privateKey).toString('base64url'),
      },
    } as const;
  };
  return { email, staff, answer };
}

async function challenge(staffId?: string) {
  const purpose = staffId === undefined ? 'sign_in' : 'prove';
  return (await askForPasskey(base.portal, { purpose, staffId, party, now: start })).challenge;
}

test('a passkey signs in alone, once for a challenge, and only for the origin and the purpose that it was asked for', async () => {
  const { staff, answer } = await withPasskey();
  const asked = await challenge();
  expect(await signInWithPasskey(context(), answer(asked), from)).toMatchObject({ status: 'signed_in' });
  expect(await signInWithPasskey(context(), answer(asked), from), 'again').toEqual(refused);
  const elsewhere = answer(await challenge(), 'https://portal.example.evil');
  expect(await signInWithPasskey(context(), elsewhere, from)).toEqual(refused);
  const toProve = answer(await challenge(staff.id));
  expect(await signInWithPasskey(context(), toProve, from), 'a step-up of a session').toEqual(refused);
  const made = answer(randomBytes(32).toString('base64url'));
  expect(await signInWithPasskey(context(), made, from), 'nobody asked').toEqual(refused);
});

test('one answer that is sent twice at once signs in once', async () => {
  const { answer } = await withPasskey();
  const told = answer(await challenge());
  const outcomes = await Promise.all([1, 2, 3].map(() => signInWithPasskey(context(), told, from)));
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['refused', 'refused', 'signed_in']);
});

test('of whom an identity provider vouches for, a passkey is a second step and never the only one', async () => {
  const { email, staff, answer } = await withPasskey();
  const half = await byPassword(email, start);
  await base.all.query("update staff_member set source = 'oidc' where id = $1", [staff.id]);
  expect(await signInWithPasskey(context(), answer(await challenge()), from)).toEqual(refused);
  const pending = must(await readPendingSession(base.portal, half, start));
  const told = { kind: 'passkey', answer: answer(await challenge(staff.id)) } as const;
  expect(await takeSecondStep(context(), pending, told)).toMatchObject({ status: 'proven' });
});

test('answers that are wrong are counted by address, so that nobody fills the audit log; right ones are not', async () => {
  const { answer } = await withPasskey();
  const entries = async () => (await base.all.query("select from audit_log where action = 'staff.sign_in'")).rowCount;
  const before = (await entries()) ?? 0;
  const right = await signInWithPasskey(context(), answer(await challenge()), from);
  expect(right).toMatchObject({ status: 'signed_in' });
  for (let n = 0; n < failuresPerAddressMax; n++)
    expect(await signInWithPasskey(context(), answer('AAAA'), from)).toEqual(refused);
  const last = await signInWithPasskey(context(), answer(await challenge()), from);
  expect(last).toMatchObject({ status: 'limited' });
  expect(await entries()).toBe(before + 1 + failuresPerAddressMax);
  const other = { ...from, address: '198.51.100.1' };
  expect(await signInWithPasskey(context(), answer(await challenge()), other)).toMatchObject({ status: 'signed_in' });
});
