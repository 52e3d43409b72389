import type { Folded } from '#domain/fold';
import type { LeadState } from '#domain/folds/lead';
import type { EntityKey } from '../entity-key.ts';
import { instantText, optionalInstantText } from '../instant-text.ts';
import type { Rows } from '../tables.ts';

export function leadRows({ orgId, id }: EntityKey, state: LeadState, { version, createdAt }: Folded<LeadState>): Rows {
  return {
    lead: [
      {
        org_id: orgId,
        id,
        status: state.status,
        source: state.source,
        name: state.name,
        email: state.email,
        phone: state.phone,
        company: state.company,
        value_minor: state.valueMinor,
        currency: state.currency,
        meta: state.meta,
        fee_minor: state.feeMinor,
        fee_currency: state.feeCurrency,
        received_at: optionalInstantText(state.receivedAt),
        converted_at: optionalInstantText(state.convertedAt),
        created_at: instantText(createdAt),
        version,
      },
    ],
  };
}
