import { describe, expect, test } from 'vitest';
import { TributaryError } from '#client/errors';
import { scriptedKey, type Fate } from './scripted-gateway.ts';
import { event, setUp } from './set-up.ts';

describe('a failure', () => {
  test.each<[string, Fate, boolean]>([
    ['no answer at all', 'reset', true],
    ['500', { status: 500, code: 'internal' }, true],
    ['504 of a proxy', { status: 504 }, true],
    ['503, which promises that nothing was accepted', { status: 503, code: 'unavailable' }, false],
    ['429', { status: 429, code: 'rate_limited' }, false],
    ['422', { status: 422, code: 'idempotency_key_reused' }, false],
  ])('says whether the request may have been accepted: %s', async (_, fate, isOutcomeUnknown) => {
    const { client } = await setUp([fate], { attemptsMax: 1 });
    await expect(client.sendEvent(event, { idempotencyKey: 'k-1' })).rejects.toMatchObject({ isOutcomeUnknown });
  });

  test('does not forget an attempt of unknown outcome for a later refusal', async () => {
    const { client } = await setUp(['reset', { status: 503, code: 'unavailable' }], { attemptsMax: 2 });
    await expect(client.sendEvent(event, { idempotencyKey: 'k-1' })).rejects.toMatchObject({
      isOutcomeUnknown: true,
      code: 'unavailable',
    });
  });

  test('tells the code, the request and every issue of a refused body', async () => {
    const issues = [{ path: 'data.currency', message: 'Needed beside an amount' }];
    const { client } = await setUp([
      { status: 400, body: { ok: false, code: 'body_invalid', detail: 'See issues.', requestId: 'r-1', issues } },
    ]);
    await expect(client.sendEvent(event, { idempotencyKey: 'k-1' })).rejects.toMatchObject({
      name: 'TributaryError',
      message: 'body_invalid: See issues.',
      status: 400,
      code: 'body_invalid',
      requestId: 'r-1',
      issues,
      attempts: 1,
    });
  });

  test.each([
    ['a page of a proxy', '<html>'],
    ['an object of somebody else', '{"ok":true}'],
  ])('is a 200 with %s', async (_, body) => {
    const { client } = await setUp([
      { status: 200, body },
      { status: 200, body },
    ]);
    await expect(client.sendEvent(event, { idempotencyKey: 'k-1' })).rejects.toMatchObject({ isOutcomeUnknown: true });
    await expect(client.state('evt_1')).rejects.toThrow(TributaryError);
  });

  test('never holds the secret', async () => {
    const { client } = await setUp(['reset'], { attemptsMax: 1 });
    const error: unknown = await client.sendEvent(event, { idempotencyKey: 'k-1' }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TributaryError);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(scriptedKey.secret);
  });
});
