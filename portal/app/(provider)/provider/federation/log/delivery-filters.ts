import type { FilterBarProps } from '../../../../../components/filters/filter-bar.tsx';
import { orgFilter } from '../../../../../components/list/list-filters.ts';
import { rangeOf } from '../../../../../components/filters/range-of.ts';
import { messages } from '../../../../../messages/en.ts';
import {
  deliveryResults,
  deliveryTypes,
  hasFilters,
  problemCodes,
  rejectionCodes,
} from '../../../../../services/provider/deliveries-query.ts';
import type { DeliveriesQuery } from '../../../../../services/provider/deliveries-query.ts';
import type { ChosenOrgs } from '../../../../../services/provider/orgs.service.ts';

const { columns, results, resultHints } = messages.deliveries;

/** Every filter of the log, for the log itself and for whoever chooses from it. */
export function deliveryFilters(
  query: DeliveriesQuery,
  orgs: ChosenOrgs,
  at: number,
): Pick<FilterBarProps, 'search' | 'range' | 'lists' | 'texts' | 'hasFilters'> {
  return {
    search: { label: messages.deliveries.searchLabel, placeholder: messages.deliveries.search, value: query.q },
    range: rangeOf(query.range, query.zone, at),
    lists: listsOf(query, orgs),
    texts: {
      label: messages.lists.ids,
      fields: [
        { name: 'key', label: messages.deliveries.key, value: query.keyId },
        { name: 'event', label: messages.deliveries.event, value: query.eventId },
        { name: 'idempotency', label: messages.deliveries.idempotency, value: query.idempotencyKey },
      ],
    },
    hasFilters: hasFilters(query),
  };
}

function listsOf(query: DeliveriesQuery, orgs: ChosenOrgs) {
  return [
    {
      name: 'result',
      label: columns.result,
      options: deliveryResults.map((value) => ({ value, label: results[value], hint: resultHints[value] })),
      selected: query.results,
    },
    {
      name: 'type',
      label: columns.type,
      options: deliveryTypes.map((value) => ({ value, label: value })),
      selected: query.types,
    },
    orgFilter(orgs, query.orgs),
    {
      name: 'code',
      label: columns.code,
      options: [...problemCodes, ...rejectionCodes].map((value) => ({ value, label: value })),
      selected: query.codes,
    },
  ];
}
