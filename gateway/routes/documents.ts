import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Hono } from 'hono';
import { plainAnswer, plainProblem } from '../answers/plain.ts';
import type { Env } from '../context.ts';
import { docsPage } from '../documents/docs-page.ts';
import { openApiDocument } from '../documents/openapi.ts';
import type { Gateway } from '../gateway.ts';
import { mountUnsigned } from './unsigned.ts';

// Everything comes from this origin: the page works without any network behind it.
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
const pageHeaders = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};
const assetHeaders = { 'cache-control': 'public, max-age=3600', 'x-content-type-options': 'nosniff' };

const swaggerUi = createRequire(import.meta.url).resolve('swagger-ui-dist/package.json');
const assets: Readonly<Record<string, { readonly url: URL; readonly type: string }>> = {
  'swagger-ui.css': { url: beside(swaggerUi, 'swagger-ui.css'), type: 'text/css; charset=utf-8' },
  'swagger-ui-bundle.js': { url: beside(swaggerUi, 'swagger-ui-bundle.js'), type: 'text/javascript; charset=utf-8' },
  'docs.css': { url: new URL('../documents/assets/docs.css', import.meta.url), type: 'text/css; charset=utf-8' },
  'docs.js': { url: new URL('../documents/assets/docs.js', import.meta.url), type: 'text/javascript; charset=utf-8' },
};

/** The description of the wire for programs and for people, made once from the schemas that validate. */
export function mountDocuments(app: Hono<Env>, gateway: Gateway, publicBaseUrl: string): void {
  const openApi = JSON.stringify(openApiDocument());
  const page = docsPage(publicBaseUrl);
  mountUnsigned(app, gateway, '/openapi.json', () => plainAnswer(gateway, 200, 'application/json', openApi));
  mountUnsigned(app, gateway, '/docs', () => plainAnswer(gateway, 200, 'text/html; charset=utf-8', page, pageHeaders));
  mountUnsigned(app, gateway, '/docs/assets/:name', async (name) => {
    const asset = Object.hasOwn(assets, name) ? assets[name] : undefined;
    if (!asset) return plainProblem(gateway, 'not_found');
    return plainAnswer(gateway, 200, asset.type, new Uint8Array(await readFile(asset.url)), assetHeaders);
  });
}

function beside(file: string, name: string): URL {
  return new URL(name, `file://${file}`);
}
