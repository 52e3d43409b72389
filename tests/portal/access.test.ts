import { describe, expect, it } from 'vitest';
import { assertCan, can, pages, rolesWith, staffRoles } from '#portal/auth/access';
import type { ActionOn, PageId, StaffRole } from '#portal/auth/access';
import { pageOfPath, providerNav } from '#portal/provider-nav';
import { appRoutes } from './app-routes.ts';

/** Who sees a page at all, by role: provider, accountant, developer. Written out, so that a change of the table is seen. */
const readers: Record<PageId, readonly [boolean, boolean, boolean]> = {
  dashboard: [true, true, true],
  leads: [true, true, true],
  ai: [true, true, true],
  subscriptions: [true, true, true],
  usage: [true, true, true],
  addons: [true, true, false],
  incidents: [true, true, true],
  billing: [true, true, false],
  analytics: [true, true, true],
  audit: [true, true, true],
  federation: [true, false, true],
  'dev-aids': [true, false, true],
  settings: [true, true, true],
};

const as = (...roles: StaffRole[]) => ({ roles });

/** Who may do what else: every action of every page, or this does not compile. */
const doers: { readonly [P in PageId]: Readonly<Record<Exclude<ActionOn<P>, 'read'>, readonly StaffRole[]>> } = {
  dashboard: { money: ['provider', 'accountant'], operations: ['provider', 'developer'] },
  leads: { convert: ['provider'], invoice: ['provider', 'accountant'], disqualify: ['provider'] },
  ai: { limits: ['provider'] },
  subscriptions: { write: ['provider'] },
  usage: { rerate: ['provider'], exclude: ['provider'] },
  addons: { refund: ['provider', 'accountant'] },
  incidents: { write: ['provider', 'developer'] },
  billing: { write: ['provider', 'accountant'] },
  analytics: { money: ['provider', 'accountant'] },
  audit: { 'all-entries': ['provider', 'developer'] },
  federation: { write: ['provider', 'developer'] },
  'dev-aids': { write: ['developer'] },
  settings: {
    own: ['provider', 'accountant', 'developer'],
    staff: ['provider'],
    themes: ['provider'],
    plans: ['provider'],
    flags: ['provider'],
    data: ['provider'],
    'flags-read': ['developer'],
  },
};

const isAction = (text: string): text is ActionOn<PageId> => pages.some((page) => Object.hasOwn(doers[page], text));
const actions = pages.flatMap((page) =>
  Object.entries<readonly StaffRole[]>(doers[page]).flatMap(([action, roles]) =>
    isAction(action) ? [[page, action, roles] as const] : [],
  ),
);

describe('can()', () => {
  it.each(pages.flatMap((page) => staffRoles.map((role, i) => [page, role, readers[page][i] === true] as const)))(
    'reading %s as %s: %s',
    (page, role, isAllowed) => expect(can(as(role), page)).toBe(isAllowed),
  );

  it.each(actions)('%s %s is for %s alone', (page, action, roles) => {
    expect(staffRoles.filter((role) => can<PageId>(as(role), page, action))).toEqual(roles);
  });

  it('rights of several roles add up, and no role has none', () => {
    expect(can(as('accountant', 'developer'), 'federation')).toBe(true);
    expect(can(as('accountant', 'developer'), 'billing', 'write')).toBe(true);
    for (const page of pages) expect(can(as(), page)).toBe(false);
  });

  it('a service refuses by itself whoever lacks the right', () => {
    expect(() => assertCan(as('accountant'), 'federation')).toThrow('access denied');
    expect(() => assertCan(as('developer'), 'federation', 'write')).not.toThrow();
  });

  it('a page names the roles that include it', () => {
    expect(rolesWith('federation')).toEqual(['provider', 'developer']);
  });
});

describe('navigation', () => {
  it('lists each of the thirteen pages once', () => {
    expect(
      providerNav.flatMap(({ items }) => items.map(({ page }) => page)).toSorted((a, b) => (a < b ? -1 : 1)),
    ).toEqual(pages.toSorted((a, b) => (a < b ? -1 : 1)));
  });

  it('links only pages that exist, and each role at least one that it may see', async () => {
    const linked = providerNav.flatMap(({ items }) => items);
    const routes = await appRoutes();
    for (const { path, root } of linked) {
      expect(routes.get(path)).toBe('page.tsx');
      expect(`${path}/`.startsWith(`${root}/`)).toBe(true);
    }
    for (const role of staffRoles) expect(linked.some(({ page }) => can(as(role), page))).toBe(true);
  });

  it.each([
    ['/provider', 'dashboard'],
    ['/provider/federation', 'federation'],
    ['/provider/federation/log?row=x', 'federation'],
    ['/provider/federations', undefined],
    ['/provider/nowhere', undefined],
    ['', undefined],
  ])('%s belongs to %s', (path, page) => expect(pageOfPath(path)).toBe(page));
});
