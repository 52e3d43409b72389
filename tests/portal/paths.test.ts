import { describe, expect, it } from 'vitest';
import { objectHref } from '#portal/components/panel/object-href';
import { can } from '#portal/auth/access';
import { wordColumn } from '#portal/components/list/cells.tsx';
import { toldCell } from '#portal/components/table/cell';
import { addParam, changeParams, filterHrefs, joinWords, listHref } from '#portal/lists/list-href';
import { paths, safeNext, signInPath, temporalRunUrl } from '#portal/paths';
import { leadsList } from '#portal/services/provider/leads-list';
import { appRoutes } from './app-routes.ts';
import { contracts } from './browser/contracts.ts';

describe('paths', () => {
  it('are the routes that the portal answers, and those that nobody links are these', async () => {
    const routes = [...(await appRoutes()).keys()];
    const unlinked = ['/', '/api/health', '/provider/[...missing]', '/provider/ai/[orgId]'];
    expect(new Set(routes)).toEqual(new Set([...Object.values(paths), ...unlinked]));
  });

  it('of pages are in the contract that each page keeps', async () => {
    const pages = [...(await appRoutes())].flatMap(([path, file]) => (file === 'page.tsx' ? [path] : []));
    const told = contracts
      .map(({ path }) => path.replace(/\?.*/, ''))
      .map((path) => path.replace('/ai/acme', '/ai/[orgId]'));
    expect(new Set(told)).toEqual(new Set(pages.filter((path) => /^\/provider(?!\/\[)/.test(path))));
  });

  it.each([
    '//evil.example',
    '/\\evil.example',
    'https://evil.example/provider',
    '/provider\\@evil.example',
    '/provider.evil.example',
    '/providers',
    'javascript:alert(1)',
    '/provider/ x',
    '/provider\n/x',
    '/sign-out',
    `/provider?${'x'.repeat(3_000)}`,
    '',
    undefined,
    null,
  ])('after sign-in nobody is sent to %j', (next) => expect(safeNext(next)).toBe('/provider'));

  it.each(['/provider', '/provider/federation/log?result=applied&row=acme.evt_1', '/provider?x=1'])(
    'after sign-in %s is reached',
    (next) => expect(safeNext(next)).toBe(next),
  );

  it('sign-in remembers where the visitor wanted to go', () => {
    expect(signInPath('/provider')).toBe('/sign-in');
    expect(signInPath('/provider/federation/log?a=b')).toBe('/sign-in?next=%2Fprovider%2Ffederation%2Flog%3Fa%3Db');
    expect(signInPath('https://evil.example')).toBe('/sign-in');
  });

  it('a run is linked by its whole id', () => {
    expect(temporalRunUrl('http://127.0.0.1:8233/', 'default', 'event:acme:evt_1')).toBe(
      'http://127.0.0.1:8233/namespaces/default/workflows/event%3Aacme%3Aevt_1',
    );
  });

  it('a change of a filter goes to the first page and closes the row', () => {
    const changed = changeParams('result=applied&after=x&row=y&tab=request&tail=5s', {
      org: 'acme,globex',
      result: undefined,
    });
    expect(listHref(paths.deliveryLog, changed)).toBe('/provider/federation/log?tail=5s&org=acme,globex');
    expect(listHref(paths.deliveryLog, new URLSearchParams())).toBe('/provider/federation/log');
  });

  it.each([
    '',
    'tz=UTC',
    'view=v',
    'view=v&source=b',
    'source=b',
    'source=b&status=new,won&q=a+b',
    'after=c&row=r&whole=1',
  ])('of values of the list with %j are those that each value changes it to', (params) => {
    const hrefOf = filterHrefs(paths.leads, params);
    for (const value of ['web', 'a b&c=d', 'Ünï', 'x,y:z', '+%', '‮rtl'])
      for (const name of ['source', 'org']) {
        const changed = changeParams(params, { [name]: value });
        const told = new URL(hrefOf(name, value), 'http://portal.test');
        expect(told.pathname).toBe(paths.leads);
        expect(sorted(told.searchParams)).toEqual(sorted(changed));
      }
  });

  it('T5: a value that has a comma or a backslash itself is one value, in a link of its cell, in a chip, and in the address it comes back as', () => {
    const told = { zone: 'UTC', now: Date.UTC(2026, 10, 24) };
    const words = ['web', 'Fair, Berlin', ',', '🎪'.repeat(128), 'a\\b', 'a\\,b', 'ends\\'];
    const sourcesOf = (href: string) =>
      leadsList.parse(Object.fromEntries(new URL(href, 'http://portal.test').searchParams), told).filters.sources;
    const column = wordColumn({ name: 'source', width: 1, head: 'Source', valueOf: (word: string) => word });
    for (const word of words) {
      const cell = toldCell(column.cell(word));
      if (typeof cell !== 'object' || cell === null || !('filter' in cell)) throw new Error('no filter');
      expect(sourcesOf(filterHrefs(paths.leads, '')(cell.filter, cell.value))).toEqual([word]);
      expect([cell.says, cell.hint]).toEqual([word, cell.value === word ? undefined : `Only source ${word}`]);
    }
    const chosen = leadsList.parse({ source: joinWords(words) }, told);
    expect(chosen.filters.sources).toEqual(words);
    expect(sourcesOf(`${paths.leads}?${chosen.params}`)).toEqual(words);
    expect(leadsList.parse({ source: 'old\\link,web,' }, told).filters.sources).toEqual(['old\\link', 'web']);
  });

  it('of rows name their id as the address has it', () => {
    expect(addParam(paths.leads, 'row', 'acme:L-1')).toBe('/provider/leads?row=acme:L-1');
    expect(addParam(listHref(paths.leads, new URLSearchParams({ status: 'new' })), 'row', 'acme:a/b&c')).toBe(
      '/provider/leads?status=new&row=acme:a%2Fb%26c',
    );
  });
});

describe('what an audit entry is about', () => {
  const ours = 'inv_AbCdEfGhIjKlMnOpQrStUv';
  const asRole = (role: 'provider' | 'developer') => (subject: string) =>
    objectHref(subject, 'acme', (page) => can({ roles: [role] }, page));

  it.each([
    ['lead/L-1', '/provider/leads?row=acme:L-1'],
    ['lead/a/b:c', '/provider/leads?row=acme:a%2Fb:c'],
    ['subscription/S-1', '/provider/subscriptions?row=acme:S-1'],
    ['addon/P-1', '/provider/addons?row=acme:P-1'],
    ['incident/I-1', '/provider/incidents?row=acme:I-1'],
    ['ai_usage/u', '/provider/ai?row=acme:u'],
    ['evaluation/e', '/provider/dev-aids?row=acme:e'],
    ['federation_key/fk_1', '/provider/federation?row=acme:fk_1'],
    ['event/evt_1', '/provider/federation/log?event=evt_1'],
    ['replay/r', '/provider/federation/replay/run?run=r'],
    [`invoice/${ours}`, `/provider/billing/invoices?row=acme:${ours}`],
    ['invoice/INV 9', '/provider/billing/invoices?org=acme&q=INV+9'],
    ['ai/2026-11-01', '/provider/ai/alerts?org=acme'],
    ['dunning/2026-11-24T09', '/provider/dev-aids/jobs?row=dunning:2026-11-24T09'],
    ['credits/balance', '/provider/billing/credits?org=acme'],
  ])('E4: %s opens at %s', (subject, href) => {
    expect(asRole('provider')(subject)).toBe(href);
  });

  it('is no link where it has no page, or the role does not see it', () => {
    for (const subject of ['export/leads', 'staff:1', 'constructor/x', ''])
      expect(asRole('provider')(subject)).toBeUndefined();
    expect(asRole('developer')(`invoice/${ours}`)).toBeUndefined();
    expect(asRole('developer')('lead/L-1')).toBe('/provider/leads?row=acme:L-1');
  });
});

function sorted(params: URLSearchParams) {
  return [...params].toSorted(([a], [b]) => (a < b ? -1 : 1));
}
