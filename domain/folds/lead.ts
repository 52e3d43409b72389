import type { Meta } from '../fields.ts';
import type { EventOfKind, Occurred, Refused } from '../fold.ts';
import type { EpochMs } from '../instants.ts';

export interface LeadState {
  readonly status: 'new' | 'converted';
  readonly source?: string | undefined;
  readonly name?: string | undefined;
  readonly email?: string | undefined;
  readonly phone?: string | undefined;
  readonly company?: string | undefined;
  readonly valueMinor?: number | undefined;
  readonly currency?: string | undefined;
  readonly meta?: Meta | undefined;
  readonly feeMinor?: number | undefined;
  readonly feeCurrency?: string | undefined;
  readonly receivedAt?: EpochMs;
  readonly convertedAt?: EpochMs;
}

/** Created fills in and later corrects the lead; the first conversion is the one that counts. */
export function foldLead(state: LeadState | undefined, { event }: Occurred<EventOfKind<'lead'>>): LeadState | Refused {
  switch (event.type) {
    case 'lead.created': {
      const { leadId: _, ...told } = event.data;
      return { ...state, ...told, status: state?.status ?? 'new', receivedAt: state?.receivedAt ?? event.occurredAt };
    }
    case 'lead.converted': {
      const { feeMinor, currency, meta } = event.data;
      return {
        ...state,
        ...(feeMinor === undefined ? {} : { feeMinor, feeCurrency: currency }),
        ...(meta === undefined ? {} : { meta: { ...state?.meta, ...meta } }),
        status: 'converted',
        convertedAt: state?.convertedAt ?? event.occurredAt,
      };
    }
  }
}
