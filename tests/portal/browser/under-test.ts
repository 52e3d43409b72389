import { z } from 'zod';

/** One site: a portal with data and one without, and the worker and queues that do what the first one orders. */
const Site = z.object({
  full: z.string(),
  empty: z.string(),
  fullDatabase: z.string(),
  emptyDatabase: z.string(),
  billingQueue: z.string(),
  eventQueue: z.string(),
});
export type Site = z.infer<typeof Site>;

const variable = 'PORTALS_UNDER_TEST';

/** Tells the runner's workers, which inherit the environment, what was started for them: a site each. */
export function tellSites(sites: readonly Site[]): void {
  process.env[variable] = JSON.stringify(sites);
}

/** A spec is also loaded to be listed, where no portal runs. */
const none: Site = { full: '', empty: '', fullDatabase: '', emptyDatabase: '', billingQueue: '', eventQueue: '' };

/** The site of this worker of the runner: no other spec uses it at the same time. */
export function underTest(): Site {
  const index = process.env['TEST_PARALLEL_INDEX'];
  if (index === undefined) return none;
  const site = z.array(Site).parse(JSON.parse(process.env[variable] ?? '[]'))[Number(index)];
  if (!site) throw new Error('the portals under test are not started: see browser/site.ts');
  return site;
}
