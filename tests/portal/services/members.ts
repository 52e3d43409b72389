import type { StaffRole } from '#portal/auth/access';
import { offerAuthenticator } from '#portal/auth/authenticator';
import { addAuthenticator } from '#portal/auth/factors';
import type { ProofContext } from '#portal/auth/prove';
import { seedStaff } from '#portal/auth/seed-staff';
import { readPendingSession, readSession } from '#portal/auth/session';
import { signIn } from '#portal/auth/sign-in';
import { codeOfStep, stepOf } from '#portal/auth/totp';
import { parseKeyring } from '#prisma/keyring';
import { staffSecretKeys } from '../browser/staff.ts';
import { cheapHash } from './portal-base.ts';
import type { PortalBase } from './portal-base.ts';

export const start = Date.UTC(2026, 10, 24, 12);
export const password = 'a password of the tests';
export const ring = parseKeyring(staffSecretKeys);

export function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('missing');
  return value;
}

/** Members of staff of a database, each of a test's own. */
export function membersOf(open: () => PortalBase) {
  let members = 0;

  function at(now: number): ProofContext {
    return { db: open().portal, ring, party: undefined, now };
  }

  /** A member of their own, signed in by password. */
  async function newMember(roles: StaffRole[] = ['developer'], now = start) {
    const email = `m${(members += 1)}@example.com`;
    const { rows } = await open().all.query('select email, name, roles, password_hash from staff_member');
    const others = rows.map((row) => ({ ...row, passwordHash: row.password_hash, password_hash: undefined }));
    await seedStaff(
      open().portal,
      [...others, { email, name: 'Ada', roles, passwordHash: cheapHash(password) }],
      start,
    );
    return { email, token: await byPassword(email, now) };
  }

  async function byPassword(email: string, now: number) {
    const outcome = await signIn(open().portal, { email, password, address: '203.0.113.9', userAgent: '', now });
    if (!('token' in outcome)) throw new Error(outcome.status);
    return outcome.token;
  }

  /** Adds an app; its code of the step before is the first that was used, so that the one of now is still free. */
  async function enrol(token: string, now = start) {
    const staff = must(await readSession(open().portal, token, now));
    const offer = offerAuthenticator(ring, staff, now);
    const secret = fromBase32(offer.secret);
    const code = codeOfStep(secret, stepOf(now) - 1);
    const added = await addAuthenticator(at(now), staff, { sealed: offer.sealed, code });
    if (added.status !== 'added') throw new Error('not added');
    return { ...added, staff, secret, codeAt: (when: number) => codeOfStep(secret, stepOf(when)) };
  }

  /** Signs in as far as the password brings a member with a second factor. */
  async function pendingOf(email: string, now: number) {
    return must(await readPendingSession(open().portal, await byPassword(email, now), now));
  }

  return { at, newMember, byPassword, enrol, pendingOf };
}

export function fromBase32(text: string) {
  const bits = [...text]
    .map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'))
    .join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
