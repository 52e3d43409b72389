'use server';

import type { Route } from 'next';
import { z } from 'zod';
import { staffAction } from '../auth/staff-action.ts';
import { listHref } from '../lists/list-href.ts';
import { messages } from '../messages/en.ts';
import { paths } from '../paths.ts';
import { findByPrefix } from '../services/provider/palette.service.ts';
import type { Found, FoundKind } from '../services/provider/palette.service.ts';
import type { PaletteGroup } from './palette-items.ts';

const textMax = 100;

/** What the palette finds among the things of tenants: only what the member's pages show. */
export const searchPalette = staffAction({
  name: 'palette.search',
  input: z.strictObject({
    text: z
      .string()
      .max(textMax)
      .regex(/^[^\0]*$/),
  }),
  run: async (staff, { text }): Promise<readonly PaletteGroup[]> => {
    const found = await findByPrefix(staff, text);
    return found
      .filter(({ hits }) => hits.length > 0)
      .map(({ kind, hits }) => ({
        label: messages.palette.kinds[kind],
        items: hits.map((hit) => ({
          id: `${kind}:${hit.org}:${hit.id}`,
          label: hit.label,
          hint: hit.hint,
          href: hrefs[kind](hit),
        })),
      }));
  },
});

const hrefs = {
  org: ({ id }) => filtered(paths.leads, { org: id }),
  lead: ({ org, id }) => filtered(paths.leads, { row: `${org}:${id}` }),
  invoice: ({ org, id }) => filtered(paths.invoices, { row: `${org}:${id}` }),
  subscription: ({ org, id }) => filtered(paths.subscriptions, { row: `${org}:${id}` }),
  purchase: ({ org, id }) => filtered(paths.addons, { row: `${org}:${id}` }),
  incident: ({ org, id }) => filtered(paths.incidents, { row: `${org}:${id}` }),
  key: ({ id }) => filtered(paths.federation, { row: id }),
} as const satisfies Record<FoundKind, (found: Found) => Route>;

function filtered(path: Route, params: Readonly<Record<string, string>>): Route {
  return listHref(path, new URLSearchParams(params));
}
