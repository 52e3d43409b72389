import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { z } from 'zod';
import { can, staffRoles } from '#portal/auth/access';
import { pageOfPath } from '#portal/provider-nav';
import { openAdmin } from '../support/admin.ts';
import { appRoutes } from './app-routes.ts';
import { portal, sessionCookie, signIn } from './browser/staff.ts';

/** Every route below /provider, as the file system has it. */
async function inside(): Promise<string[]> {
  const routes = [...(await appRoutes()).keys()];
  return routes
    .filter((path) => path.startsWith('/provider'))
    .map((path) => path.replaceAll(/\[\.\.\.\w+\]|\[\w+\]/g, 'x'));
}

const Manifest = z.object({ node: z.record(z.string(), z.object({ workers: z.record(z.string(), z.unknown()) })) });

/** Every Server Action of the build, with a page that has it. */
async function actions(): Promise<{ id: string; path: string }[]> {
  const text = await readFile('portal/.next/server/server-reference-manifest.json', 'utf8');
  return Object.entries(Manifest.parse(JSON.parse(text)).node).map(([id, { workers }]) => ({
    id,
    path: pathOf(Object.keys(workers)[0] ?? ''),
  }));
}

function pathOf(worker: string): string {
  const folders = worker.split('/').slice(1, -1);
  return `/${folders.filter((folder) => !folder.startsWith('(')).join('/')}`.replaceAll(/\[[^\]]+\]/g, 'x');
}

const cookieOf = (token: string) => ({ cookie: `${sessionCookie}=${token}` });

/** A part of a page is answered 200, with the refusal or the way to sign-in inside. Next sends it on to an address that no cache mixes up with the page. */
async function ask(path: string, headers: Record<string, string>, redirect: 'manual' | 'follow' = 'manual') {
  const response = await fetch(`${portal()}${path}`, { headers, redirect });
  const text = await response.text();
  const isFlight = response.headers.get('content-type')?.startsWith('text/x-component') === true;
  const inside = isFlight && /NEXT_HTTP_ERROR_FALLBACK;(\d+)|NEXT_REDIRECT/.exec(text);
  // The tree of folders alone: no component, so nothing of a page.
  if (isFlight && !/^\w+:I\[/m.test(text)) return { status: 404, text };
  return { status: inside ? Number(inside[1] ?? 307) : response.status, text };
}

const shut = [303, 307, 401];
const ways = [{}, { rsc: '1' }, { 'x-middleware-subrequest': 'proxy:proxy:proxy:proxy:proxy' }] satisfies Record<
  string,
  string
>[];

/** Spellings of a path that a guard may take for another. */
const spellings = (path: string) => [
  path,
  `/${path}`,
  path.replace('provider', '%70rovider'),
  `${path}.rsc`,
  `${path}.segments/_tree.segment.rsc`,
];

async function expectShut(path: string, headers: Record<string, string>) {
  for (const spelling of spellings(path)) {
    for (const way of ways) {
      const { status, text } = await ask(spelling, { ...headers, ...way });
      const told = `${spelling} ${JSON.stringify(way)} answers ${status}`;
      expect([...shut, 308, 404, 403], told).toContain(status);
      expect(text, told).not.toMatch(/Acme Industries|fk_live_|@example\.com/);
    }
  }
}

test('no route opens without a session, whatever it is called and however it is asked for', async () => {
  test.slow();
  for (const path of await inside()) {
    await expectShut(path, {});
    await expectShut(path, cookieOf('A'.repeat(43)));
  }
});

test('a session that ended opens no route', async () => {
  const db = openAdmin(process.env['PORTAL_FULL_DATABASE'] ?? '', 1);
  for (const end of ['revoked_at = now()', 'expires_at = created_at']) {
    const token = await signIn('provider');
    await db.query(`update staff_session set ${end} where token_sha256 = sha256($1)`, [Buffer.from(token)]);
    for (const path of await inside())
      expect(shut, `${path}: ${end}`).toContain((await ask(path, cookieOf(token))).status);
  }
  await db.end();
});

for (const role of staffRoles) {
  test(`each route answers 403 to ${role} where its page is hidden, and nothing else`, async () => {
    const cookie = cookieOf(await signIn(role));
    for (const path of await inside()) {
      const page = pageOfPath(path);
      if (!page || can({ roles: [role] }, page)) continue;
      for (const way of ways) expect((await ask(path, { ...cookie, ...way }, 'follow')).status, path).toBe(403);
    }
  });
}

test('no action runs without a session, nor for another origin or none', async () => {
  const found = await actions();
  expect(found.length).toBeGreaterThan(4);
  const member = cookieOf(await signIn('provider'));
  const origin = portal();
  const callers: Record<string, Record<string, string>> = {
    nobody: { origin },
    'a made-up cookie': { origin, ...cookieOf('A'.repeat(43)) },
    'a foreign origin': { origin: 'https://evil.example', ...member },
    'no origin': { ...member },
  };
  for (const { id, path } of found) {
    for (const [caller, headers] of Object.entries(callers)) {
      const response = await fetch(`${origin}${path}`, {
        method: 'POST',
        headers: {
          ...headers,
          'next-action': id,
          'content-type': 'text/plain;charset=UTF-8',
          accept: 'text/x-component',
        },
        body: '[{}]',
        redirect: 'manual',
      });
      const text = await response.text();
      const told = `${path} ${id} by ${caller} answers ${response.status}: ${text.slice(0, 200)}`;
      expect(text, told).not.toContain('"ok":true');
      if (response.status === 200) expect(text, told).toMatch(/"refusal":"(signed_out|forbidden|foreign_origin)"/);
      else expect([303, 307, 401, 403, 404, 500], told).toContain(response.status);
    }
  }
});
