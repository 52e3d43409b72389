import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { expect, test } from 'vitest';
import { UnreadableEvent } from '#activities/load-events';
import { describeError, toFailure, unknownAttemptsMax } from '#temporal/failure';

function databaseError(code: string, more: object = {}) {
  return Object.assign(new Error('Key (email)=(ada@example.com) already exists'), {
    code,
    detail: 'ada@example.com',
    ...more,
  });
}

const passing =
  'ECONNREFUSED ECONNRESET ETIMEDOUT EPIPE ENOTFOUND EMFILE ENFILE 08006 53300 57P01 57014 55P03 40001 40P01 P1001 P1002 P1008 P1017 P2024 P2028 P2034 P2037';

test.each(passing.split(' '))('P11: %s is trouble that passes: tried again', (code) => {
  expect(toFailure(databaseError(code), 0)).toMatchObject({ type: 'DbTransient', nonRetryable: false });
});

test.each(['timeout exceeded when trying to connect', 'Query read timeout', 'Connection terminated unexpectedly'])(
  'the driver saying "%s" is trouble that passes, though it has no code',
  (message) => {
    expect(toFailure(new Error(message), 0)).toMatchObject({ type: 'DbTransient', nonRetryable: false });
  },
);

test.each(['23505', 'P2002'])('%s is a race that the next attempt reads the winner of', (code) => {
  expect(toFailure(databaseError(code), 0)).toMatchObject({ type: 'UniqueRace', nonRetryable: false });
});

test.each([
  ['22001', 'ValueTooLong'],
  ['P2000', 'ValueTooLong'],
  ['22P02', 'ValueInvalid'],
  ['23503', 'ForeignKey'],
  ['P2003', 'ForeignKey'],
  ['23502', 'NotNull'],
  ['P2011', 'NotNull'],
  ['23514', 'CheckViolation'],
  ['P2025', 'RowMissing'],
  ['42P01', 'SchemaMismatch'],
  ['P1003', 'SchemaMismatch'],
])('%s is a defect named %s: no repetition mends it', (code, type) => {
  expect(toFailure(databaseError(code), 1)).toMatchObject({ type, nonRetryable: true });
});

test('an event that this release cannot read fails its run', () => {
  expect(toFailure(new UnreadableEvent('unsupported type'), 0)).toMatchObject({
    type: 'UnreadableEvent',
    nonRetryable: true,
  });
});

test('what is unknown is tried again, and taken for a defect when minutes of trying have not helped', () => {
  const unknown = new TypeError('cannot read ada@example.com');
  expect(toFailure(unknown, 0)).toMatchObject({ type: 'Unknown', nonRetryable: false });
  expect(toFailure(unknown, unknownAttemptsMax - 1)).toMatchObject({ nonRetryable: false });
  expect(toFailure(unknown, unknownAttemptsMax)).toMatchObject({ type: 'Defect', nonRetryable: true });
  expect(toFailure('a string', 0)).toMatchObject({ type: 'Unknown', nonRetryable: false });
});

test('trouble with the database is never taken for a defect, however long it lasts', () => {
  expect(toFailure(databaseError('08006'), 100_000)).toMatchObject({ nonRetryable: false });
});

test('a statement that came after its transaction had ended is refused by row-level security, and tried again', () => {
  expect(toFailure(databaseError('42501'), 1)).toMatchObject({ type: 'Unknown', nonRetryable: false });
});

test('the code is found wherever the layers between have put it', () => {
  for (const error of [
    Object.assign(new Error('x'), { errorCode: 'P1001' }),
    new Error('x', { cause: { code: '57P01' } }),
    new Error('x', { cause: { originalCode: 'P2034' } }),
  ])
    expect(toFailure(error, 0)).toMatchObject({ type: 'DbTransient' });
});

test('messages are built from codes and names of the schema: nothing that a tenant wrote enters a history or a log', () => {
  const error = databaseError('23503', {
    table: 'lead',
    constraint: 'lead_org_id_fkey',
    cause: new Error('ada@example.com'),
  });
  const failure = toFailure(error, 0);
  expect(failure.message).toBe('ForeignKey 23503 lead.lead_org_id_fkey');
  expect(failure.cause).toBeUndefined();
  expect(`${failure.stack}${JSON.stringify(describeError(error))}`).not.toContain('ada@example.com');
  expect(describeError(error).frames[0]).toContain('at ');
});

test("what is Temporal's own passes as it is", () => {
  for (const own of [new CancelledFailure('x'), ApplicationFailure.nonRetryable('x', 'Own')])
    expect(toFailure(own, 0)).toBe(own);
});
