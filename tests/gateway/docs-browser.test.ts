import { chromium, type Browser, type Page } from '@playwright/test';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findChromium } from '#deploy/chromium';
import type { IssuedKey } from '#prisma/federation-keys';
import { startGateway, type TestGateway } from './harness/test-gateway.ts';

let gateway: TestGateway;
let key: IssuedKey;
let browser: Browser;
let page: Page;
const complaints: string[] = [];
const requested: { url: string; text: string }[] = [];

beforeAll(async () => {
  gateway = await startGateway();
  key = await gateway.makeKey();
  const executablePath = await findChromium((line) => console.error(line));
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  page = await browser.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) =>
    requested.push({ url: request.url(), text: JSON.stringify([request.headers(), request.postData()]) }),
  );
  await page.goto(`http://127.0.0.1:${gateway.port}/docs#body_invalid`);
});

afterAll(async () => {
  await browser.close();
  await gateway.close();
});

async function fill(fields: Readonly<Record<string, string>>) {
  for (const [name, value] of Object.entries(fields)) await page.fill(`#sender [name="${name}"]`, value);
}

async function sendForm(): Promise<string> {
  await page.evaluate("document.querySelector('#answer').textContent = ''");
  await page.click('#sender button');
  await page.waitForSelector('#answer:not(:empty)');
  return page.innerText('#answer');
}

test('the reference is shown, and nothing is blocked or asked of another origin', async () => {
  await page.waitForSelector('#swagger-ui .opblock');
  expect(await page.locator('#swagger-ui .opblock').count()).toBe(3);
  expect(complaints).toEqual([]);
  for (const { url } of requested) expect(new URL(url).origin).toBe(`http://127.0.0.1:${gateway.port}`);
});

test('the form signs in the browser, and the gateway takes what it sends; the secret leaves the tab nowhere', async () => {
  const types = await page.locator('#sender [name="example"] option').allInnerTexts();
  expect(types).toContain('invoice.paid');
  await page.selectOption('#sender [name="example"]', 'invoice.paid');
  const example = await page.inputValue('#sender [name="body"]');
  await fill({ keyId: key.keyId, secret: key.secret, body: example.replace('your-tenant', key.tenantId) });
  const accepted = await sendForm();
  expect(accepted).toMatch(/^200 /);
  const id = /evt_[A-Za-z0-9_-]{27}/.exec(accepted)?.[0] ?? '';

  await page.selectOption('#sender [name="route"]', 'usage');
  const usage = await page.inputValue('#sender [name="body"]');
  await fill({ body: usage.replaceAll('your-tenant', key.tenantId) });
  expect(await sendForm()).toMatch(/^200 /);

  await page.selectOption('#sender [name="route"]', 'state');
  await fill({ eventId: id });
  const state = await sendForm();
  expect(state).toMatch(/^200 /);
  expect(state).toContain('"type":"invoice.paid"');

  for (const { url, text } of requested) expect(`${url} ${text}`).not.toContain(key.secret);
  expect(await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])')).toBe(
    '[{},{},""]',
  );
  expect(complaints).toEqual([]);
});

test('a wrong secret is told as it is', async () => {
  await page.selectOption('#sender [name="route"]', 'events');
  await fill({ secret: 'fsk_wrong' });
  expect(await sendForm()).toContain('signature_invalid');
});
