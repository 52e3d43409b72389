import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { minuteMs } from '#domain/instants';
import type { StaffRole } from '#portal/auth/access';
import { offerAuthenticator } from '#portal/auth/authenticator';
import { addAuthenticator, readFactors, removeFactor, renewRecoveryCodes } from '#portal/auth/factors';
import { failuresPerSecondStepMax, loginWindowMs } from '#portal/auth/login-limits';
import { takeSecondStep } from '#portal/auth/prove';
import type { ProofContext } from '#portal/auth/prove';
import { seedStaff } from '#portal/auth/seed-staff';
import { readPendingSession, readSession } from '#portal/auth/session';
import { signIn } from '#portal/auth/sign-in';
import { freshMs, isFreshlyProven, stepUp } from '#portal/auth/step-up';
import { codeOfStep, stepMs, stepOf } from '#portal/auth/totp';
import { parseKeyring } from '#prisma/keyring';
import { expectInvariants } from '#tests/support/invariants';
import { staffSecretKeys } from '../browser/staff.ts';
import { cheapHash, openPortalBase } from './portal-base.ts';
import type { PortalBase } from './portal-base.ts';

const start = Date.UTC(2026, 10, 24, 12);
const password = 'a password of the tests';
const ring = parseKeyring(staffSecretKeys);
const address = '203.0.113.9';
const refused = { status: 'refused' };

let base: PortalBase;

beforeAll(async () => {
  base = await openPortalBase();
});
afterAll(() => base.close());
beforeEach(() => base.all.query('delete from staff_login_bucket'));

function at(now: number): ProofContext {
  return { db: base.portal, ring, party: undefined, now };
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('missing');
  return value;
}

let members = 0;

/** A member of their own, signed in by password. */
async function newMember(roles: StaffRole[] = ['developer'], now = start) {
  const email = `m${(members += 1)}@example.com`;
  const { rows } = await base.all.query('select email, name, roles, password_hash from staff_member');
  const others = rows.map((row) => ({ ...row, passwordHash: row.password_hash, password_hash: undefined }));
  await seedStaff(base.portal, [...others, { email, name: 'Ada', roles, passwordHash: cheapHash(password) }], start);
  return { email, token: await byPassword(email, now) };
}

async function byPassword(email: string, now: number) {
  const outcome = await signIn(base.portal, { email, password, address, userAgent: '', now });
  if (!('token' in outcome)) throw new Error(outcome.status);
  return outcome.token;
}

/** Adds an app; its code of the step before is the first that was used, so that the one of now is still free. */
async function enrol(token: string, now = start) {
  const staff = must(await readSession(base.portal, token, now));
  const offer = offerAuthenticator(ring, staff, now);
  const secret = fromBase32(offer.secret);
  const code = codeOfStep(secret, stepOf(now) - 1);
  const added = await addAuthenticator(at(now), staff, { sealed: offer.sealed, code });
  if (added.status !== 'added') throw new Error('not added');
  return { ...added, staff, secret, codeAt: (when: number) => codeOfStep(secret, stepOf(when)) };
}

function fromBase32(text: string) {
  const bits = [...text]
    .map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'))
    .join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

/** Signs in as far as the password brings a member with a second factor. */
async function pendingOf(email: string, now: number) {
  return must(await readPendingSession(base.portal, await byPassword(email, now), now));
}

async function deeds(staffId: string) {
  const { rows } = await base.all.query(
    "select action, outcome, detail->>'factor' as factor from audit_log where org_id = '_provider' and subject = $1 order by seq",
    [`staff:${staffId}`],
  );
  return rows.map(({ action, outcome, factor }) => [action, outcome, factor].filter(Boolean).join(' '));
}

describe('an authenticator app', () => {
  test('is added by its first code alone; the secret is sealed at rest and told once', async () => {
    const { email, token } = await newMember();
    const staff = must(await readSession(base.portal, token, start));
    const offer = offerAuthenticator(ring, staff, start);
    expect(await addAuthenticator(at(start), staff, { sealed: offer.sealed, code: '000000' })).toEqual(refused);
    expect((await readFactors(base.portal, staff.id)).hasAuthenticator).toBe(false);
    const { secret } = await enrol(token);
    const { rows } = await base.all.query('select totp_secret_enc from staff_member where email = $1', [email]);
    const kept: string = rows[0].totp_secret_enc.toString();
    expect(kept).toMatch(/^k1\|/);
    expect(kept).not.toContain(secret.toString('base64url'));
    expect(await readSession(base.portal, token, start), 'the token before it').toBeUndefined();
  });

  test('is not added from an offer of somebody else, an old one, or beside another', async () => {
    const [ada, bo] = [await newMember(), await newMember()];
    const [staff, other] = [
      must(await readSession(base.portal, ada.token, start)),
      must(await readSession(base.portal, bo.token, start)),
    ];
    const offer = offerAuthenticator(ring, staff, start);
    const code = codeOfStep(fromBase32(offer.secret), stepOf(start));
    expect(await addAuthenticator(at(start), other, { sealed: offer.sealed, code })).toEqual(refused);
    const late = start + 11 * minuteMs;
    const lateCode = codeOfStep(fromBase32(offer.secret), stepOf(late));
    expect(await addAuthenticator(at(late), staff, { sealed: offer.sealed, code: lateCode })).toEqual(refused);
    const { staff: enrolled } = await enrol(ada.token);
    expect(await addAuthenticator(at(start), enrolled, { sealed: offer.sealed, code })).toEqual(refused);
  });

  test('makes the password half of a sign-in: its token opens nothing until the code is right', async () => {
    const { email, token } = await newMember();
    const { codeAt } = await enrol(token);
    const half = await byPassword(email, start);
    expect(await readSession(base.portal, half, start)).toBeUndefined();
    const pending = must(await readPendingSession(base.portal, half, start));
    expect(await takeSecondStep(at(start), pending, { kind: 'code', code: '000000' })).toEqual(refused);
    const whole = await takeSecondStep(at(start), pending, { kind: 'code', code: codeAt(start) });
    if (whole.status !== 'proven') throw new Error(whole.status);
    expect(await readSession(base.portal, half, start)).toBeUndefined();
    expect(await readPendingSession(base.portal, half, start)).toBeUndefined();
    expect(await readSession(base.portal, whole.token, start)).toMatchObject({ email, hasSecondFactor: true });
    expect(await readSession(base.portal, whole.token, start + 29 * minuteMs)).toBeDefined();
  });

  test('gives ten minutes for the code', async () => {
    const { email, token } = await newMember();
    await enrol(token);
    const half = await byPassword(email, start);
    expect(await readPendingSession(base.portal, half, start + 10 * minuteMs - 1)).toBeDefined();
    expect(await readPendingSession(base.portal, half, start + 10 * minuteMs)).toBeUndefined();
  });

  test('is taken once a step, however many send its code at once, and never an earlier step', async () => {
    const { email, token } = await newMember();
    const { codeAt } = await enrol(token);
    const sent = await Promise.all(Array.from({ length: 4 }, () => pendingOf(email, start)));
    const code = codeAt(start);
    const outcomes = await Promise.all(
      sent.map((pending) => takeSecondStep(at(start), pending, { kind: 'code', code })),
    );
    expect(outcomes.filter(({ status }) => status === 'proven')).toHaveLength(1);
    const later = start + stepMs;
    const before = await takeSecondStep(at(later), await pendingOf(email, later), {
      kind: 'code',
      code: codeAt(start),
    });
    expect(before).toEqual(refused);
    const next = await takeSecondStep(at(later), await pendingOf(email, later), { kind: 'code', code: codeAt(later) });
    expect(next.status).toBe('proven');
  });

  test('ends sessions that one factor opened, at once, but the one that added it', async () => {
    const { email, token } = await newMember();
    const other = await byPassword(email, start);
    const added = await enrol(token);
    expect(await readSession(base.portal, other, start)).toBeUndefined();
    expect(await readPendingSession(base.portal, other, start)).toBeUndefined();
    expect(await readSession(base.portal, added.token, start)).toBeDefined();
  });

  test('closes after five wrong codes, which the password does not forgive, until the window is over', async () => {
    const { email, token } = await newMember();
    const { codeAt } = await enrol(token);
    const wrong = { kind: 'code', code: '000000' } as const;
    for (let i = 0; i < failuresPerSecondStepMax; i++)
      expect(await takeSecondStep(at(start), await pendingOf(email, start), wrong)).toEqual(refused);
    const limited = await takeSecondStep(at(start), await pendingOf(email, start), {
      kind: 'code',
      code: codeAt(start),
    });
    expect(limited).toEqual({ status: 'limited', retryAfterMs: loginWindowMs });
    const later = start + loginWindowMs;
    const right = { kind: 'code', code: codeAt(later) } as const;
    expect((await takeSecondStep(at(later), await pendingOf(email, later), right)).status).toBe('proven');
  });
});

describe('recovery codes', () => {
  test('are ten, come with the first factor, are kept as hashes, and each works once', async () => {
    const { email, token } = await newMember();
    const { recoveryCodes, staff } = await enrol(token);
    expect(new Set(recoveryCodes).size).toBe(10);
    const { rows } = await base.all.query('select c::text from staff_recovery_code c');
    for (const code of recoveryCodes) expect(JSON.stringify(rows)).not.toContain(code.replaceAll('-', ''));
    const [first = ''] = recoveryCodes;
    const typed = { kind: 'recovery', code: ` ${first.toUpperCase().replaceAll('-', ' ')}` } as const;
    expect((await takeSecondStep(at(start), await pendingOf(email, start), typed)).status).toBe('proven');
    expect(await takeSecondStep(at(start), await pendingOf(email, start), typed)).toEqual(refused);
    expect((await readFactors(base.portal, staff.id)).recoveryCodesLeft).toBe(9);
    expect(await deeds(staff.id)).toContain('staff.recovery_code_used ok recovery');
  });

  test('that are renewed void those before, and nobody else has them', async () => {
    const [ada, bo] = [await newMember(), await newMember()];
    const before = await enrol(ada.token);
    await enrol(bo.token);
    const codes = must(await renewRecoveryCodes(at(start), before.staff));
    const [old, renewed] = [must(before.recoveryCodes[0]), must(codes[0])];
    const use = async (email: string, code: string) =>
      (await takeSecondStep(at(start), await pendingOf(email, start), { kind: 'recovery', code })).status;
    expect(await use(ada.email, old)).toBe('refused');
    expect(await use(bo.email, renewed)).toBe('refused');
    expect(await use(ada.email, renewed)).toBe('proven');
  });
});

describe('removing a factor', () => {
  test('brings the password back as the whole sign-in and takes the recovery codes away, unless the role needs two', async () => {
    const { email, token } = await newMember();
    const { staff } = await enrol(token);
    expect(await removeFactor(at(start), staff, { kind: 'authenticator' }, true)).toEqual({ status: 'required' });
    expect(await removeFactor(at(start), staff, { kind: 'authenticator' }, false)).toEqual({ status: 'removed' });
    expect(await removeFactor(at(start), staff, { kind: 'authenticator' }, false)).toEqual({ status: 'missing' });
    expect(await readFactors(base.portal, staff.id)).toMatchObject({ hasAuthenticator: false, recoveryCodesLeft: 0 });
    expect(await renewRecoveryCodes(at(start), staff)).toBeUndefined();
    expect(await readSession(base.portal, await byPassword(email, start), start)).toBeDefined();
  });
});

describe('a fresh proof', () => {
  test('is ten minutes old at most, and comes with the sign-in', async () => {
    const { token } = await newMember();
    const staff = must(await readSession(base.portal, token, start));
    expect([freshMs, freshMs + 1].map((age) => isFreshlyProven(staff, start + age))).toEqual([true, false]);
  });

  test('by password gives the same session a new token and a new time, and a wrong one changes nothing', async () => {
    const { token } = await newMember();
    const later = start + 20 * minuteMs;
    const staff = must(await readSession(base.portal, token, later));
    const wrong = { kind: 'password', password: 'wrong', addressPrefix: '198.51.100.0/24' } as const;
    expect(await stepUp(at(later), staff, wrong)).toEqual(refused);
    expect(isFreshlyProven(must(await readSession(base.portal, token, later)), later)).toBe(false);
    const outcome = await stepUp(at(later), staff, { ...wrong, password });
    if (outcome.status !== 'proven') throw new Error(outcome.status);
    expect(await readSession(base.portal, token, later)).toBeUndefined();
    const proven = must(await readSession(base.portal, outcome.token, later));
    expect(proven).toMatchObject({ sessionId: staff.sessionId, reauthAt: later });
    expect((await deeds(staff.id)).slice(-2)).toEqual(['staff.step_up failed password', 'staff.step_up ok password']);
  });

  test('of a member with a second factor is never the password, and never a recovery code', async () => {
    const { token } = await newMember();
    const { staff, token: whole, codeAt } = await enrol(token);
    const enrolled = must(await readSession(base.portal, whole, start));
    expect(await stepUp(at(start), enrolled, { kind: 'password', password, addressPrefix: '' })).toEqual(refused);
    expect((await stepUp(at(start), enrolled, { kind: 'code', code: codeAt(start) })).status).toBe('proven');
    expect(await deeds(staff.id)).toContain('staff.step_up ok code');
  });
});

describe('where two factors are required', () => {
  test.each([
    ['provider', true],
    ['accountant', true],
    ['developer', false],
  ] as const)('a %s without one has to add it first and until then has no role: %s', async (role, mustEnrol) => {
    const { token } = await newMember([role]);
    const staff = must(await readSession(base.portal, token, start, true));
    expect(staff).toMatchObject({ mustEnrol, roles: mustEnrol ? [] : [role] });
    const added = await enrol(token);
    expect(await readSession(base.portal, added.token, start, true)).toMatchObject({ mustEnrol: false, roles: [role] });
  });
});

test('what staff do to their own access is in the audit, whose chain is whole', async () => {
  const { token, email } = await newMember();
  const { staff, codeAt } = await enrol(token);
  await takeSecondStep(at(start), await pendingOf(email, start), { kind: 'code', code: codeAt(start) });
  await removeFactor(at(start), staff, { kind: 'authenticator' }, false);
  expect(await deeds(staff.id)).toEqual([
    'staff.added ok',
    'staff.sign_in ok',
    'staff.factor_added ok authenticator',
    'staff.first_step ok',
    'staff.second_step ok code',
    'staff.factor_removed ok authenticator',
  ]);
  await expectInvariants(base.all);
});
