import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server';
import type pg from 'pg';
import { minuteMs } from '#domain/instants';
import type { EpochMs } from '#domain/instants';
import type { NewPasskey, PasskeyAnswer } from './passkey-schema.ts';
import type { RelyingParty } from './relying-party.ts';
import { uuid7 } from './uuid7.ts';

const answerWithinMs = 5 * minuteMs;
const productName = 'Tributary';

/** What a challenge is for, and of whom it is asked; nobody yet at a sign-in without a password. */
export interface Question {
  readonly purpose: 'register' | 'prove' | 'sign_in';
  readonly staffId: string | undefined;
  readonly party: RelyingParty;
  readonly now: EpochMs;
}

export interface Passkey {
  readonly id: string;
  readonly name: string;
  readonly createdAt: EpochMs;
  readonly lastUsedAt: EpochMs | undefined;
}

export async function listPasskeys(db: pg.Pool | pg.ClientBase, staffId: string): Promise<readonly Passkey[]> {
  const { rows } = await db.query(
    'select id, name, created_at, last_used_at from staff_passkey where staff_id = $1 order by created_at, id',
    [staffId],
  );
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    createdAt: row.created_at.getTime(),
    lastUsedAt: row.last_used_at?.getTime(),
  }));
}

export async function askForNewPasskey(
  db: pg.Pool,
  staff: { readonly id: string; readonly email: string; readonly name: string },
  question: Question,
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const { rows } = await db.query('select credential_id, transports from staff_passkey where staff_id = $1', [
    staff.id,
  ]);
  const options = await generateRegistrationOptions({
    rpName: productName,
    rpID: question.party.id,
    userName: staff.email,
    userDisplayName: staff.name,
    userID: new TextEncoder().encode(staff.id),
    excludeCredentials: rows.map((row) => ({
      id: row.credential_id.toString('base64url'),
      transports: row.transports,
    })),
    // Verified by the device, so that a passkey alone is two factors, and found by it, so that no e-mail is typed.
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
  await keepChallenge(db, options.challenge, question);
  return options;
}

export async function askForPasskey(db: pg.Pool, question: Question): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const { rows } = await db.query('select credential_id, transports from staff_passkey where staff_id = $1', [
    question.staffId,
  ]);
  const options = await generateAuthenticationOptions({
    rpID: question.party.id,
    allowCredentials: rows.map((row) => ({ id: row.credential_id.toString('base64url'), transports: row.transports })),
    userVerification: 'required',
  });
  await keepChallenge(db, options.challenge, question);
  return options;
}

/** Keeps the new key, if it was made for this question. */
export async function takeNewPasskey(
  client: pg.ClientBase,
  { answer, name, staffId }: { readonly answer: NewPasskey; readonly name: string; readonly staffId: string },
  question: Question,
): Promise<boolean> {
  const verified = await verifyRegistrationResponse({
    response: answer,
    expectedChallenge: (challenge) => takeChallenge(client, challenge, question),
    expectedOrigin: question.party.origin,
    expectedRPID: question.party.id,
  }).catch(() => undefined);
  if (!verified?.verified) return false;
  const { credential, aaguid } = verified.registrationInfo;
  const { rowCount } = await client.query(
    `insert into staff_passkey (id, staff_id, credential_id, public_key, counter, transports, aaguid, name, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (credential_id) do nothing`,
    [
      uuid7(question.now),
      staffId,
      Buffer.from(credential.id, 'base64url'),
      Buffer.from(credential.publicKey),
      credential.counter,
      answer.response.transports ?? [],
      aaguid,
      name,
      new Date(question.now),
    ],
  );
  return rowCount === 1;
}

/**
 * Whose passkey answered the question; nobody's if it is unknown, not of the member asked, replayed, or signed for another origin. Alone it
 * signs in members of the environment only: of the others their identity provider says each time whether they still are any.
 */
export async function takePasskeyAnswer(
  client: pg.ClientBase,
  answer: PasskeyAnswer,
  question: Question,
): Promise<string | undefined> {
  const { rows } = await client.query(
    `select p.id, p.staff_id, p.credential_id, p.public_key, p.counter, p.transports
     from staff_passkey p join staff_member m on m.id = p.staff_id
     where p.credential_id = $1 and m.disabled_at is null
       and case when $2::uuid is null then m.source = 'env' else p.staff_id = $2 end
     for update of p`,
    [Buffer.from(answer.id, 'base64url'), question.staffId],
  );
  const key = rows[0];
  if (!key) return undefined;
  const verified = await verifyAuthenticationResponse({
    response: answer,
    expectedChallenge: (challenge) => takeChallenge(client, challenge, question),
    expectedOrigin: question.party.origin,
    expectedRPID: question.party.id,
    credential: {
      id: answer.id,
      publicKey: new Uint8Array(key.public_key),
      counter: Number(key.counter),
      transports: key.transports,
    },
  }).catch(() => undefined);
  if (!verified?.verified) return undefined;
  await client.query('update staff_passkey set counter = $2, last_used_at = $3 where id = $1', [
    key.id,
    verified.authenticationInfo.newCounter,
    new Date(question.now),
  ]);
  return key.staff_id;
}

async function keepChallenge(db: pg.Pool, challenge: string, { purpose, staffId, now }: Question) {
  await db.query('delete from staff_challenge where expires_at <= $1', [new Date(now)]);
  await db.query('insert into staff_challenge (challenge, purpose, staff_id, expires_at) values ($1, $2, $3, $4)', [
    challenge,
    purpose,
    staffId,
    new Date(now + answerWithinMs),
  ]);
}

async function takeChallenge(client: pg.ClientBase, challenge: string, { purpose, staffId, now }: Question) {
  const { rowCount } = await client.query(
    'delete from staff_challenge where challenge = $1 and purpose = $2 and staff_id is not distinct from $3 and expires_at > $4',
    [challenge, purpose, staffId, new Date(now)],
  );
  return rowCount === 1;
}
