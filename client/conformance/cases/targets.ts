import { single, type Case } from '../case.ts';
import { draftOf, type Draft } from '../draft.ts';
import { demand } from '../judge.ts';
import { problemStatus } from '../problems.ts';
import type { Probe } from '../probe.ts';

const at = (target: string) => (probe: Probe) => draftOf(probe.event({ target }));
const absolute = (probe: Probe): Draft =>
  draftOf(probe.event({ target: `${new URL(probe.baseUrl).origin}/api/federation/events` }));

export const targetCases: readonly Case[] = [
  single('not_found', 'a path that is none', at('/api/federation/nothing')),
  single('not_found', 'a trailing slash', at('/api/federation/events/')),
  single('not_found', 'another case of letters', at('/API/federation/events')),
  single('not_found', 'a doubled slash', at('//api/federation/events')),
  ...['PUT', 'DELETE', 'PATCH'].map((method) =>
    single('method_not_allowed', `${method} on the route of events`, (probe) => draftOf(probe.event({ method }))),
  ),
  single('method_not_allowed', 'GET on the route of usage', (probe) =>
    draftOf(probe.state('', { target: '/api/federation/usage' })),
  ),
  single(
    'method_not_allowed',
    'POST on the state of an event',
    at('/api/federation/events/evt_AAAAAAAAAAAAAAAAAAAAAAAAAAA'),
  ),
  single('target_invalid', 'a query string on the route of events', at('/api/federation/events?dry=1')),
  single('target_invalid', 'an empty query string', at('/api/federation/events?')),
  single('target_invalid', 'a query string on the route of usage', (probe) =>
    draftOf(probe.usage({ target: '/api/federation/usage?x' })),
  ),
  single('target_invalid', 'a percent-encoded letter', at('/api/federation/%65vents'), ['not_found']),
  single('target_invalid', 'a dot segment', at('/api/federation/./events'), ['not_found']),
  single('target_invalid', 'two dots', at('/api/federation/usage/../events'), ['not_found']),
  single('target_invalid', 'a fragment', at('/api/federation/events#part'), ['not_found']),
  single('target_invalid', 'the absolute form', absolute, ['not_found']),
];

/** What is open to everybody. */
export const documentCases: readonly Case[] = [
  opened('/healthz', () => undefined),
  opened('/metrics', () => undefined),
  opened('/openapi.json', (text) => {
    for (const path of ['/api/federation/events', '/api/federation/usage', '/api/federation/events/{id}']) {
      demand(text.includes(`"${path}"`), `/openapi.json does not describe ${path}`);
    }
  }),
  opened('/docs', (text) => {
    // `type` of a problem is a link to the place that explains it.
    const lacking = Object.keys(problemStatus).filter((code) => !text.includes(`id="${code}"`));
    demand(lacking.length === 0, `/docs has no anchor for ${lacking.join(', ')}`);
  }),
];

function opened(target: string, check: (text: string) => void): Case {
  return {
    code: 'documents',
    name: `${target} answers unsigned`,
    async run(probe) {
      const { status, headers, text } = await probe.get(target);
      demand(status === 200, `${target} answered ${status}`);
      demand(headers.has('x-request-id'), `${target} has no x-request-id`);
      check(text);
    },
  };
}
