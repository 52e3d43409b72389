import { single, type Case } from '../case.ts';
import { draftOf } from '../draft.ts';
import type { Probe } from '../probe.ts';
import { json } from '../requests.ts';

const lead = { leadId: 'conformance-refused', source: 'conformance' };
const emoji = '\u{1f600}';

/** Members of the envelope that make a valid event invalid. */
const refused: readonly (readonly [name: string, members: object])[] = [
  ['an unknown type', { type: 'lead.renamed' }],
  ['the internal type of usage requests', { type: 'usage.batch' }],
  ['an unknown member of the envelope', { source: 'x' }],
  ['no data', { data: undefined }],
  ['no tenantId', { tenantId: undefined }],
  ['no occurredAt', { occurredAt: undefined }],
  ['an unknown member of data', { data: { ...lead, colour: 'red' } }],
  ['a required member absent', { data: { leadId: 'L' } }],
  ['null for an optional member', { data: { ...lead, email: null } }],
  ['meta that is no object', { data: { ...lead, meta: [] } }],
  ['meta over 8 KiB', { data: { ...lead, meta: { a: 'x'.repeat(8_192) } } }],
  ['an empty id', { data: { ...lead, leadId: '' } }],
  ['an id of 129 characters', { data: { ...lead, leadId: 'i'.repeat(129) } }],
  ['an id with a control character', { data: { ...lead, leadId: 'a\nb' } }],
  ['an id that is a number', { data: { ...lead, leadId: 7 } }],
  ['an e-mail address without @', { data: { ...lead, email: 'nobody' } }],
  ['money without its currency', { data: { ...lead, valueMinor: 1 } }],
  ['a currency that is none', { data: { ...lead, valueMinor: 1, currency: 'EUX' } }],
  ['a currency in lower case', { data: { ...lead, valueMinor: 1, currency: 'eur' } }],
  ['money with a fraction', { data: { ...lead, valueMinor: 1.5, currency: 'EUR' } }],
  ['negative money', { data: { ...lead, valueMinor: -1, currency: 'EUR' } }],
  ['money as a text', { data: { ...lead, valueMinor: '1', currency: 'EUR' } }],
  ['an instant without a zone', { occurredAt: '2026-01-01T00:00:00' }],
  ['a day without a time', { occurredAt: '2026-01-01' }],
  ['the 30th of February', { occurredAt: '2026-02-30T00:00:00Z' }],
  ['a leap second', { occurredAt: '2016-12-31T23:59:60Z' }],
  ['24:00', { occurredAt: '2026-01-01T24:00:00Z' }],
  ['Unix time for an instant', { occurredAt: 1_767_225_600 }],
  ['more than 24 h ahead', { occurredAt: '9999-01-01T00:00:00Z' }],
  [
    'a payment of nothing',
    { type: 'invoice.paid', data: { invoiceId: 'I', paymentId: 'P', amountMinor: 0, currency: 'EUR' } },
  ],
  ['an update of nothing', { type: 'subscription.updated', data: { subscriptionId: 'S' } }],
  ['a level of 6', { type: 'incident.escalated', data: { incidentId: 'I', level: 6 } }],
  [
    '501 cases',
    {
      type: 'evaluation.completed',
      data: { runId: 'R', suite: 's', passed: 501, failed: 0, cases: Array(501).fill({ name: 'c', passed: true }) },
    },
  ],
  ['a feature that is no slug', { type: 'ai.used', data: { usageId: 'U', feature: 'Lead Analysis', credits: 1 } }],
];

const taken: readonly (readonly [name: string, members: (leadId: string) => object])[] = [
  [
    'an id of 128 characters beyond the basic plane',
    (leadId) => ({ data: { ...lead, leadId: leadId + emoji.repeat(128 - leadId.length) } }),
  ],
  [
    'an instant in lower case with nine places',
    (leadId) => ({ occurredAt: '2026-01-01t00:00:00.123456789z', data: { ...lead, leadId } }),
  ],
  ['an instant with an offset', (leadId) => ({ occurredAt: '2026-01-01T00:00:00+05:30', data: { ...lead, leadId } })],
  ['the year 0000', (leadId) => ({ occurredAt: '0000-01-01T00:00:00Z', data: { ...lead, leadId } })],
  [
    'every optional member',
    (leadId) => ({
      data: {
        ...lead,
        leadId,
        name: 'N',
        email: 'a@b',
        phone: '+1',
        company: 'C',
        valueMinor: 0,
        currency: 'JPY',
        meta: { any: [1, null] },
      },
    }),
  ],
];

export const schemaCases: readonly Case[] = [
  ...refused.map(([name, members]) =>
    single('body_invalid', name, (probe) => draftOf(probe.event({ body: probe.eventBody(members) }))),
  ),
  ...['[]', '"event"', '1', 'null', '{}'].map((text) =>
    single('body_invalid', `the body ${text}`, (probe) => draftOf(probe.event({ body: Buffer.from(text) }))),
  ),
  ...taken.map(([name, members]) =>
    single('accepted', name, (probe) => draftOf(probe.event({ body: probe.eventBody(members(newId(probe))) }))),
  ),
  single('tenant_mismatch', 'an event of another tenant', (probe) =>
    draftOf(probe.event({ body: probe.eventBody({ tenantId: `${probe.tenantId}-other` }) })),
  ),
  single('tenant_mismatch', 'a usage row of another tenant among own ones', (probe) =>
    draftOf(probe.usage({ body: json([probe.usageRow(), probe.usageRow({ tenantId: `${probe.tenantId}-other` })]) })),
  ),
];

function newId(probe: Probe) {
  return `conformance-${probe.event().nonce}`;
}
