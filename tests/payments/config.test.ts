import { expect, test } from 'vitest';
import { createNotify } from '#activities/collection/notices/config';
import { createProviders, readPaymentConfig } from '#payments/config';

const log = { info: () => undefined };

test('without a word the sandbox is the provider; with a key of Stripe’s that is there too, for what was begun with it', () => {
  expect([...createProviders(readPaymentConfig({})).keys()]).toEqual(['sandbox']);
  const both = readPaymentConfig({ STRIPE_SECRET_KEY: 'rk_test_1' });
  expect(both.chosen).toBe('sandbox');
  expect([...createProviders(both).keys()].toSorted()).toEqual(['sandbox', 'stripe']);
  const live = readPaymentConfig({ PAYMENT_PROVIDER: 'stripe', STRIPE_SECRET_KEY: 'rk_live_1' });
  expect([...createProviders(live).keys()]).toEqual(['stripe']);
});

test.each([
  [{ PAYMENT_PROVIDER: 'stripe' }, 'STRIPE_SECRET_KEY'],
  [{ PAYMENT_PROVIDER: 'paypal-secret' }, 'PAYMENT_PROVIDER'],
  [{ SANDBOX_PROVIDER_URL: 'secret' }, 'SANDBOX_PROVIDER_URL'],
  [{ PAYMENT_TIMEOUT_MS: '80000' }, 'PAYMENT_TIMEOUT_MS'],
  [{ STRIPE_SECRET_KEY: 'sk_live_secret' }, 'STRIPE_SECRET_KEY'],
  [{ STRIPE_SECRET_KEY: 'rk_live_secret', APP_ENV: 'development' }, 'STRIPE_SECRET_KEY'],
])('%o is refused by the name of the variable, its value is not told', (env, name) => {
  expect(() => readPaymentConfig(env)).toThrow(name);
  expect(() => readPaymentConfig(env)).not.toThrow('secret');
});

test('mail needs a sender and an address for orgs without one', () => {
  expect(createNotify({}, log).map(({ name }) => name)).toEqual(['log']);
  const smtp = { NOTICE_SMTP_URL: 'smtp://127.0.0.1:25', NOTICE_FROM: 'a@b.example', NOTICE_TO: 'c@d.example' };
  expect(createNotify(smtp, log).map(({ name }) => name)).toEqual(['log', 'smtp']);
  expect(() => createNotify({ NOTICE_SMTP_URL: 'smtp://u:secret@127.0.0.1' }, log)).toThrow('NOTICE_FROM');
  expect(() => createNotify({ NOTICE_SMTP_URL: 'http://secret' }, log)).toThrow('NOTICE_SMTP_URL');
});
