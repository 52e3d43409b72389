import type { Browser } from '@playwright/test';
import { readCpu, cpuBetween } from '../cpu-meter.ts';
import { percentile } from '../figures.ts';
import { settled, startBrowser, withTab } from '../systems/browser.ts';
import { readPages, signIn, startPortal } from '../systems/portal.ts';
import type { BenchServices } from '../systems/services.ts';

/** What a page costs the servers as a browser opens it: its document and all that is asked for after it. */
export interface VisitCost {
  readonly path: string;
  readonly requests: number;
  readonly documentKb: number;
  readonly portalMs: number;
  readonly postgresMs: number;
}

const warmUps = 3;

/** Visits with an empty cache, until nothing more is asked for. CPU is counted in ticks of 10 ms: over all visits of a page, told of one. */
export async function countVisits(services: BenchServices, visits: number, only = ''): Promise<VisitCost[]> {
  const portal = await startPortal(services);
  const browser = await startBrowser();
  try {
    const cookie = await signIn(portal.address);
    const programs = new Map([['portal', portal.pid], ...services.pids]);
    const costs = [];
    for (const path of readPages.filter((known) => known.includes(only))) {
      const visit = () => visitOnce(browser, portal.address, path, cookie);
      for (let n = 0; n < warmUps; n++) await visit();
      const before = readCpu(programs);
      const seen = [];
      for (let n = 0; n < visits; n++) seen.push(await visit());
      const { portal: ofPortal = 0, postgres = 0 } = cpuBetween(before, readCpu(programs));
      const median = (values: readonly number[]) =>
        percentile(
          values.toSorted((a, b) => a - b),
          0.5,
        );
      costs.push({
        path,
        requests: median(seen.map(({ requests }) => requests)),
        documentKb: median(seen.map(({ documentBytes }) => documentBytes)) / 1_000,
        portalMs: (ofPortal * 1_000) / visits,
        postgresMs: (postgres * 1_000) / visits,
      });
    }
    return costs;
  } finally {
    await browser.close();
    await portal.stop();
  }
}

async function visitOnce(browser: Browser, origin: string, path: string, cookie: string) {
  return withTab(browser, origin, cookie, async (page) => {
    let requests = 0;
    page.on('request', () => (requests += 1));
    const response = await page.goto(`${origin}${path}`);
    if (!response?.ok()) throw new Error(`${path} answers ${response?.status()}`);
    await settled(page);
    await page.waitForLoadState('networkidle');
    return { requests, documentBytes: (await response.body()).length };
  });
}

export function reportVisits(rows: number, visits: number, costs: readonly VisitCost[]): string {
  const line = ({ path, requests, documentKb, portalMs, postgresMs }: VisitCost) =>
    `| ${path} | ${requests} | ${documentKb.toFixed(0)} | ${portalMs.toFixed(0)} | ${postgresMs.toFixed(0)} | ${(portalMs + postgresMs).toFixed(0)} |`;
  return `## What a page costs as a browser opens it: ${visits} visits of each with an empty cache, of ${rows.toLocaleString('en-US')} rows

| page, of one visit | requests | document, kB | portal, CPU ms | Postgres, CPU ms | both |
|---|---|---|---|---|---|
${costs.map(line).join('\n')}`;
}
