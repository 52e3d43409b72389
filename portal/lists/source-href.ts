import type { Route } from 'next';
import { paths } from '../paths.ts';
import { listHref } from './list-href.ts';

const usageWindow = /^(.+):(\d{4}-\d\d-\d\dT[\d:.]+Z)$/;

/** Where what a line bills is looked at, by its source as lines and reconciliation name it; undefined for what has no page. */
export function sourceHref(source: string, org: string): Route | undefined {
  const cut = source.indexOf(':');
  const id = source.slice(cut + 1);
  const row = (path: Route, key = id) => listHref(path, new URLSearchParams({ row: `${org}:${key}` }));
  switch (source.slice(0, cut)) {
    case 'lead':
      return row(paths.leads);
    case 'subscription':
      return row(paths.subscriptions);
    case 'addon':
      return row(paths.addons);
    case 'credits':
      return listHref(paths.credits, new URLSearchParams({ org }));
    case 'usage': {
      const [, meter, start] = usageWindow.exec(id) ?? [];
      return meter && start ? row(paths.usage, `${Date.parse(start)}:${meter}`) : undefined;
    }
    default:
      return undefined;
  }
}
