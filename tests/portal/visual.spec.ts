import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, test, type Browser, type BrowserContext } from '@playwright/test';
import type { Service } from '#deploy/services/service';
import { paths } from '#portal/paths';
import { openAdmin } from '../support/admin.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { seedBooks } from './seed/books.ts';
import { rollUpMovements } from '../support/roll-up.ts';
import { seedEntities } from './seed/entities.ts';
import { seedStocks } from './seed/stocks.ts';
import { now, startPortal } from './browser/start-portal.ts';
import { signedIn, visit } from './browser/visit.ts';

/** Which browser drew the pictures: another one draws letters otherwise, another patch of the same one does not. */
const drawnBy = 'chromium-headless-shell 156';
const drawsAlike = (browser: Browser) =>
  drawnBy === `${basename(process.env['CHROMIUM_PATH'] ?? '')} ${browser.version().split('.')[0]}`;

const pages = {
  dashboard: paths.home,
  analytics: paths.analytics,
  leads: paths.leads,
  subscriptions: paths.subscriptions,
  usage: paths.usage,
  'add-ons': paths.addons,
  'ai-credits': paths.ai,
  billing: paths.billing,
  incidents: paths.incidents,
  federation: paths.federation,
  audit: paths.audit,
  'dev-aids': paths.devAids,
  settings: paths.settings,
};
const themes = ['paper', 'graphite'] as const;

// A portal of its own that nobody writes to, and one session, whose own traces are taken out of what is shown.
let database: TestDatabase;
let portal: Service;
let folder: string;
let cookies: Awaited<ReturnType<BrowserContext['cookies']>>;

test.skip(({ browser }) => !drawsAlike(browser), `the pictures were drawn by ${drawnBy}`);

test.beforeAll(async ({ browser }) => {
  if (!drawsAlike(browser)) return;
  database = await createDatabase();
  folder = await mkdtemp(join(tmpdir(), 'portal-pictures-'));
  await withDatabase(seed);
  portal = await startPortal({ name: 'pictures', database, folder, env: { TEMPORAL_ADDRESS: '127.0.0.1:1' } });
  const context = await browser.newContext();
  await signedIn(context, 'provider', portal.address);
  cookies = await context.cookies();
  await context.close();
  await withDatabase(async (db) => {
    await db.query(
      "set session_replication_role = replica; delete from audit_log where actor_type = 'staff' or action like 'staff.%'",
    );
  });
});
test.afterAll(async () => {
  await portal?.stop();
  await database?.drop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

for (const [name, path] of Object.entries(pages)) {
  test(`O2: ${name} looks as it did, in paper and graphite`, async ({ context, page }) => {
    await context.addCookies(cookies);
    await visit(page, path, portal.address);
    for (const theme of themes) {
      await page.evaluate((chosen) => {
        document.documentElement.dataset['theme'] = chosen;
      }, theme);
      await expect(page).toHaveScreenshot(`${name}-${theme}.png`, {
        // When staff were listed is the real clock's.
        mask: [page.locator('[data-kpi=seed]')],
      });
    }
  });
}

async function withDatabase(work: (db: ReturnType<typeof openAdmin>) => Promise<void>): Promise<void> {
  const db = openAdmin(database.url, 1);
  await work(db).finally(() => db.end());
}

/** Things of every kind over three months, and what the roll-ups would say of them. */
async function seed(db: ReturnType<typeof openAdmin>): Promise<void> {
  const told = { now, orgs: 9, rows: 900, everyMs: 12 * 3_600_000 };
  await seedEntities(db, told);
  await seedBooks(db, told);
  await seedStocks(db, now);
  for (const topic of ['leads', 'subscriptions', 'incidents', 'ledger'])
    await db.query(
      `insert into metric_day (metric, day, org_id, currency, n, minor)
       select f.* from (select array_agg(id) as ids, array_agg('2025-10-01'::date) as days from org) o, metrics_of_${topic}(o.ids, o.days, 500) f`,
    );
  await db.query(
    `insert into metric_day (metric, day, org_id, currency, n, minor)
     select 'revenue.' || stream, day, 'org-' || at % 9, 'EUR', 1, 4000 + 700 * (at % 11) + 900 * length(stream)
     from unnest(array['leads', 'subscriptions', 'usage', 'addons', 'ai']) stream,
       generate_series(0, 55) at, lateral (select date '2026-11-23' - at * 6 as day) d`,
  );
  await rollUpMovements(db);
  await db.query(
    'insert into metric_day_total (metric, day, currency, n, minor) select metric, day, currency, sum(n), sum(minor) from metric_day group by 1, 2, 3',
  );
}
