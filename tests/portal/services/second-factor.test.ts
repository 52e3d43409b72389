import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { minuteMs } from '#domain/instants';
import { offerAuthenticator } from '#portal/auth/authenticator';
import { addAuthenticator, readFactors, removeFactor, renewRecoveryCodes, resetFactors } from '#portal/auth/factors';
import { failuresPerSecondStepMax, loginWindowMs } from '#portal/auth/login-limits';
import { takeSecondStep } from '#portal/auth/prove';
import { revokeSessions } from '#portal/auth/revoke-sessions';
import { readPendingSession, readSession } from '#portal/auth/session';
import { freshMs, isFreshlyProven, stepUp } from '#portal/auth/step-up';
import { codeOfStep, stepMs, stepOf } from '#portal/auth/totp';
import { expectInvariants } from '#tests/support/invariants';
import { fromBase32, membersOf, must, password, ring, start } from './members.ts';
import { openPortalBase } from './portal-base.ts';
import type { PortalBase } from './portal-base.ts';

const refused = { status: 'refused' };

let base: PortalBase;
const { at, newMember, byPassword, enrol, pendingOf } = membersOf(() => base);

beforeAll(async () => {
  base = await openPortalBase();
});
afterAll(() => base.close());
beforeEach(() => base.all.query('delete from staff_login_bucket'));

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

describe('signing out elsewhere', () => {
  test('ends one session or all but one, at once, each with its entry, and never one of somebody else', async () => {
    const { email, token } = await newMember();
    const tokens = [await byPassword(email, start), await byPassword(email, start)];
    const [first, second] = await Promise.all(
      tokens.map(async (one) => must(await readSession(base.portal, one, start))),
    );
    const staff = must(await readSession(base.portal, token, start));
    const stranger = must(await readSession(base.portal, (await newMember()).token, start));
    const end = (which: Parameters<typeof revokeSessions>[2]) => revokeSessions(base.portal, staff, which, start);
    expect(await end({ staffId: staff.id, sessionId: stranger.sessionId })).toBe(0);
    expect(await end({ staffId: staff.id, sessionId: must(first).sessionId })).toBe(1);
    expect(await end({ staffId: staff.id, sessionId: must(first).sessionId }), 'ended before').toBe(0);
    expect(await Promise.all(tokens.map((one) => readSession(base.portal, one, start)))).toEqual([undefined, second]);
    expect(await end({ staffId: staff.id, exceptId: staff.sessionId, reason: 'a lost laptop' })).toBe(1);
    expect(await readSession(base.portal, token, start)).toBeDefined();
    expect((await deeds(staff.id)).filter((deed) => deed === 'staff.session_revoked ok')).toHaveLength(2);
  });

  test('of a member who lost phone and codes: a provider takes the factors away, all sessions end, the password is whole again', async () => {
    const { email, token } = await newMember();
    const { staff, token: whole } = await enrol(token);
    const provider = must(await readSession(base.portal, (await newMember(['provider'])).token, start));
    const why = { staffId: staff.id, reason: 'a lost phone' };
    expect(await resetFactors(at(start), provider, why)).toBe(true);
    expect(await resetFactors(at(start), provider, why)).toBe(false);
    expect(await readSession(base.portal, whole, start)).toBeUndefined();
    expect(await readFactors(base.portal, staff.id)).toMatchObject({ hasAuthenticator: false, recoveryCodesLeft: 0 });
    expect(await readSession(base.portal, await byPassword(email, start), start)).toBeDefined();
    const { rows } = await base.all.query(
      "select actor, detail->>'reason' as reason from audit_log where action = 'staff.factor_removed' and subject = $1",
      [`staff:${staff.id}`],
    );
    expect(rows).toEqual([{ actor: provider.email, reason: 'a lost phone' }]);
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
    'staff.step_up ok authenticator',
    'staff.factor_added ok authenticator',
    'staff.first_step ok',
    'staff.second_step ok code',
    'staff.factor_removed ok authenticator',
  ]);
  await expectInvariants(base.all);
});
