import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { minuteMs } from '#domain/instants';
import type { EpochMs } from '#domain/instants';
import type { Keyring } from '#prisma/keyring';
import { seal, unseal } from './sealing.ts';
import { base32, matchingStep, otpauthUri } from './totp.ts';

const secretBytes = 20;
const confirmWithinMs = 10 * minuteMs;
const issuer = 'Tributary';

/** What an app is given, and what comes back with its first code: nothing is kept before that. */
export interface AuthenticatorOffer {
  readonly uri: string;
  /** For typing, where a camera cannot be used. */
  readonly secret: string;
  readonly sealed: string;
}

export function offerAuthenticator(
  ring: Keyring,
  staff: { readonly id: string; readonly email: string },
  now: EpochMs,
): AuthenticatorOffer {
  const secret = randomBytes(secretBytes);
  const offered = `${now + confirmWithinMs} ${secret.toString('base64url')}`;
  return {
    uri: otpauthUri(secret, issuer, staff.email),
    secret: base32(secret),
    sealed: seal(ring, offered, offerName(staff.id)),
  };
}

/** Keeps the secret of an offer once a code shows that the app has it. That code is the first that was used. */
export async function takeAuthenticator(
  client: pg.ClientBase,
  ring: Keyring,
  told: { readonly staffId: string; readonly sealed: string; readonly code: string; readonly now: EpochMs },
): Promise<boolean> {
  const { staffId, sealed, code, now } = told;
  const [until = '', encoded = ''] = (unseal(ring, sealed, offerName(staffId)) ?? '').split(' ');
  const secret = Buffer.from(encoded, 'base64url');
  if (secret.length !== secretBytes || !(Number(until) > now)) return false;
  const step = matchingStep(secret, code, now);
  if (step === undefined) return false;
  const { rowCount } = await client.query(
    'update staff_member set totp_secret_enc = $2, totp_last_step = $3, updated_at = now() where id = $1 and totp_secret_enc is null',
    [staffId, Buffer.from(seal(ring, encoded, secretName(staffId))), step],
  );
  return rowCount === 1;
}

/** Takes a code of the member's app; a step is taken once, whatever comes at the same time. */
export async function takeCode(
  client: pg.ClientBase,
  ring: Keyring,
  told: { readonly staffId: string; readonly code: string; readonly now: EpochMs },
): Promise<boolean> {
  const { staffId, code, now } = told;
  const { rows } = await client.query('select totp_secret_enc as sealed from staff_member where id = $1', [staffId]);
  const sealed: Buffer | null = rows[0]?.sealed ?? null;
  if (!sealed) return false;
  const encoded = unseal(ring, sealed.toString(), secretName(staffId));
  if (encoded === undefined) throw new Error('STAFF_SECRET_KEYS does not open the secret of an authenticator app');
  const step = matchingStep(Buffer.from(encoded, 'base64url'), code, now);
  if (step === undefined) return false;
  const { rowCount } = await client.query(
    'update staff_member set totp_last_step = $2 where id = $1 and (totp_last_step is null or totp_last_step < $2)',
    [staffId, step],
  );
  return rowCount === 1;
}

export async function removeAuthenticator(client: pg.ClientBase, staffId: string): Promise<boolean> {
  const { rowCount } = await client.query(
    'update staff_member set totp_secret_enc = null, totp_last_step = null, updated_at = now() where id = $1 and totp_secret_enc is not null',
    [staffId],
  );
  return rowCount === 1;
}

function offerName(staffId: string) {
  return `totp-offer:${staffId}`;
}

function secretName(staffId: string) {
  return `totp:${staffId}`;
}
