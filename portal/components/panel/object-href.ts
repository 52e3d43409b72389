import type { Route } from 'next';
import { isJobName } from '#domain/jobs';
import type { JobName } from '#domain/jobs';
import type { PageId } from '../../auth/access.ts';
import { listHref } from '../../lists/list-href.ts';
import { invoiceHref } from '../list/invoice-link.tsx';
import { paths } from '../../paths.ts';

interface Place {
  /** Whoever may not see it gets no link. */
  readonly page: PageId;
  readonly hrefOf: (id: string, orgId: string) => Route;
}

const row = (path: Route) => (id: string, orgId: string) =>
  listHref(path, new URLSearchParams({ row: `${orgId}:${id}` }));
const found = (path: Route, name: string) => (id: string) => listHref(path, new URLSearchParams({ [name]: id }));

/** Of our own; what a tenant calls an invoice is found by the search. */
const invoiceId = /^inv_[\w-]{22}$/;

/** A slot of a job: `job/slot`. */
const slotOf = (job: JobName): Place => ({
  page: 'dev-aids',
  hrefOf: (slot) => listHref(paths.jobs, new URLSearchParams({ row: `${job}:${slot}` })),
});

/** Where a thing is that entries name as `kind/id`. */
const places: Readonly<Record<string, Place>> = {
  lead: { page: 'leads', hrefOf: row(paths.leads) },
  subscription: { page: 'subscriptions', hrefOf: row(paths.subscriptions) },
  addon: { page: 'addons', hrefOf: row(paths.addons) },
  incident: { page: 'incidents', hrefOf: row(paths.incidents) },
  ai: { page: 'ai', hrefOf: (_, org) => listHref(paths.aiAlerts, new URLSearchParams({ org })) },
  ai_usage: { page: 'ai', hrefOf: row(paths.ai) },
  evaluation: { page: 'dev-aids', hrefOf: row(paths.devAids) },
  federation_key: { page: 'federation', hrefOf: row(paths.federation) },
  event: { page: 'federation', hrefOf: found(paths.deliveryLog, 'event') },
  replay: { page: 'federation', hrefOf: found(paths.replayRun, 'run') },
  credits: { page: 'billing', hrefOf: (_, org) => listHref(paths.credits, new URLSearchParams({ org })) },
  invoice: {
    page: 'billing',
    hrefOf: (id, org) =>
      invoiceId.test(id) ? invoiceHref(org, id) : listHref(paths.invoices, new URLSearchParams({ org, q: id })),
  },
};

/** The thing that an entry is about; undefined where it has no page of its own, or the member may not see that. */
export function objectHref(subject: string, orgId: string, maySee: (page: PageId) => boolean): Route | undefined {
  const cut = subject.indexOf('/');
  const kind = subject.slice(0, cut);
  const place = isJobName(kind) ? slotOf(kind) : Object.hasOwn(places, kind) ? places[kind] : undefined;
  return place && maySee(place.page) ? place.hrefOf(subject.slice(cut + 1), orgId) : undefined;
}
