import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { z } from 'zod';
import { can, staffRoles } from '#portal/auth/access';
import type { StaffRole } from '#portal/auth/access';
import { pageOfPath } from '#portal/provider-nav';
import { openAdmin } from '../support/admin.ts';
import { appRoutes } from './app-routes.ts';
import { portal, sessionCookie, signIn } from './browser/staff.ts';
import { underTest } from './browser/under-test.ts';

/** Every route below /provider, as the file system has it. */
async function inside(): Promise<string[]> {
  const routes = [...(await appRoutes()).keys()];
  return routes
    .filter((path) => path.startsWith('/provider'))
    .map((path) => path.replaceAll(/\[\.\.\.\w+\]|\[\w+\]/g, 'x'));
}

const Manifest = z.object({
  node: z.record(z.string(), z.object({ exportedName: z.string(), workers: z.record(z.string(), z.unknown()) })),
});

interface Action {
  readonly id: string;
  readonly name: string;
  /** A page that has it. */
  readonly path: string;
}

/** Every Server Action of the build. */
async function actions(): Promise<Action[]> {
  const text = await readFile('portal/.next/server/server-reference-manifest.json', 'utf8');
  return Object.entries(Manifest.parse(JSON.parse(text)).node).map(([id, { exportedName, workers }]) => ({
    id,
    name: exportedName,
    path: pathOf(Object.keys(workers)[0] ?? ''),
  }));
}

/** Every action by who may take it, and whether they must have said lately who they are: a new one is a name here. */
const takers: readonly { readonly roles: readonly StaffRole[]; readonly proof?: true; readonly names: string }[] = [
  {
    roles: staffRoles,
    names: `searchPalette setPreferences askProof prove keepListLayout countListViews countListValues deleteListView saveListView findOrgsOf
      endOwnSessions`,
  },
  { roles: staffRoles, proof: true, names: 'confirmApp dropFactor offerApp confirmPasskey offerPasskey renewCodes' },
  { roles: ['provider'], names: 'setLeadStatus setLeadStatuses setAlertAcknowledged setMuted handleAlerts' },
  { roles: ['provider'], names: 'changeSubscription previewSubscription reactivateSubscription' },
  {
    roles: ['provider'],
    names: 'excludeUsage previewUnrated previewWindows rateUnrated rerateWindow rerateWindows',
  },
  { roles: ['provider'], proof: true, names: 'setLimit endMemberSessions endChosenSessions resetMember' },
  {
    roles: ['provider', 'accountant'],
    names: `addLeadsToInvoices previewLeadInvoices setLeadFee makeCreditNote pauseDunning resumeDunning retryPayment retryPayments sendNotice
      sendNotices voidInvoice postCorrection`,
  },
  {
    roles: ['provider', 'accountant'],
    proof: true,
    names: 'refundPurchase makeRefund sendOverpaidBack takeBackRefunds markUncollectible writeOff payOutCredit',
  },
  {
    roles: ['provider', 'developer'],
    names: `setAcknowledged setAssignee setLevel setResolved handleMany keyUseAction curlAction replayOneAction planByFilterAction planByIdsAction
      cancelReplayAction confirmReplayAction paceReplayAction resumeReplayAction`,
  },
  {
    roles: ['provider', 'developer'],
    proof: true,
    names: 'createKeyAction rotateKeyAction revokeKeyAction restoreKeyAction',
  },
  { roles: ['developer'], names: 'startJob' },
];

/** What an action answers that is told what none of them takes. */
function answerTo(role: StaffRole, { roles, proof }: (typeof takers)[number]) {
  if (!roles.includes(role)) return 'forbidden';
  return proof ? 'step_up' : 'invalid';
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
  const db = openAdmin(underTest().fullDatabase, 1);
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

/** A session of the member, in a state that the database is told. */
async function sessionThat(role: StaffRole, state: string): Promise<string> {
  const token = await signIn(role);
  const db = openAdmin(underTest().fullDatabase, 1);
  await db.query(`update staff_session set ${state} where token_sha256 = sha256($1)`, [Buffer.from(token)]);
  await db.end();
  return token;
}

function take({ id, path }: Action, headers: Record<string, string>, told: unknown) {
  return fetch(`${portal()}${path}`, {
    method: 'POST',
    headers: {
      ...headers,
      'next-action': id,
      'content-type': 'text/plain;charset=UTF-8',
      accept: 'text/x-component',
    },
    body: JSON.stringify([told]),
    redirect: 'manual',
  });
}

/** Whoever is no member at the portal's own pages. */
async function strangers(): Promise<Record<string, Record<string, string>>> {
  const member = cookieOf(await signIn('provider'));
  const origin = portal();
  return {
    nobody: { origin },
    'a made-up cookie': { origin, ...cookieOf('A'.repeat(43)) },
    'a revoked session': { origin, ...cookieOf(await sessionThat('provider', 'revoked_at = now()')) },
    'a session that is over': { origin, ...cookieOf(await sessionThat('provider', 'expires_at = created_at')) },
    'a foreign origin': { origin: 'https://evil.example', ...member },
    'no origin': { ...member },
  };
}

test('no action runs without a session, nor for another origin or none', async () => {
  for (const [caller, headers] of Object.entries(await strangers())) {
    for (const action of await actions()) {
      const response = await take(action, headers, {});
      const text = await response.text();
      const told = `${action.name} by ${caller} answers ${response.status}: ${text.slice(0, 200)}`;
      expect(text, told).not.toContain('"ok":true');
      if (response.status === 200) expect(text, told).toMatch(/"refusal":"(signed_out|forbidden|foreign_origin)"/);
      else expect([303, 307, 401, 403, 404, 500], told).toContain(response.status);
    }
  }
});

for (const role of staffRoles) {
  test(`each action is taken by ${role} where the role includes it, and after a fresh proof where it asks for one`, async () => {
    const stale = {
      origin: portal(),
      ...cookieOf(await sessionThat(role, "reauth_at = created_at - interval '1 day'")),
    };
    const found = await actions();
    const known = takers.flatMap((one) => one.names.split(/\s+/).map((name) => [name, answerTo(role, one)] as const));
    expect(found.map(({ name }) => name).toSorted()).toEqual(known.map(([name]) => name).toSorted());
    const expected = new Map(known);
    for (const action of found) {
      const text = await (await take(action, stale, 'no object')).text();
      expect(/"refusal":"(\w+)"/.exec(text)?.[1], `${action.name}: ${text.slice(0, 200)}`).toBe(
        expected.get(action.name),
      );
    }
  });
}

test('no file of chosen rows is given without a session, nor for another origin or none', async () => {
  const files = (await inside()).filter((path) => path.endsWith('export'));
  expect(files.length).toBeGreaterThan(20);
  for (const [caller, headers] of Object.entries(await strangers())) {
    for (const path of files) {
      const body = JSON.stringify({ picked: { kind: 'matching', params: '', seen: 1 }, id: crypto.randomUUID() });
      const { status } = await fetch(`${portal()}${path}`, { method: 'POST', headers, body, redirect: 'manual' });
      expect([401, 403, 405], `${path} by ${caller} answers ${status}`).toContain(status);
    }
  }
});
