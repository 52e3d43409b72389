import type { ReactNode } from 'react';
import type { Staff } from '../../../../../auth/session.ts';
import { FilterBar } from '../../../../../components/filters/filter-bar.tsx';
import { rangeOf } from '../../../../../components/filters/range-of.ts';
import { TailSwitch } from '../../../../../components/filters/tail-switch.tsx';
import { changeParams, listHref } from '../../../../../lists/list-href.ts';
import { messages } from '../../../../../messages/en.ts';
import { paths } from '../../../../../paths.ts';
import {
  deliveryResults,
  deliveryTypes,
  hasFilters,
  problemCodes,
  rejectionCodes,
} from '../../../../../services/provider/deliveries-query.ts';
import type { DeliveriesQuery } from '../../../../../services/provider/deliveries-query.ts';
import type { OrgName } from '../../../../../services/provider/orgs.service.ts';
import { listOrgNames } from '../../../../../services/provider/orgs.service.ts';

interface DeliveryFilterBarProps {
  readonly staff: Staff;
  readonly query: DeliveriesQuery;
  readonly params: URLSearchParams;
  readonly openId: string | undefined;
  readonly at: number;
  readonly children: ReactNode;
}

const { columns, results, resultHints } = messages.deliveries;

export async function DeliveryFilterBar({ staff, query, params, openId, at, children }: DeliveryFilterBarProps) {
  const orgs = await listOrgNames(staff, 'federation');
  const { range, zone } = query;
  return (
    <FilterBar
      path={paths.deliveryLog}
      params={params.toString()}
      search={{ label: messages.deliveries.searchLabel, placeholder: messages.deliveries.search, value: query.q }}
      range={rangeOf(range, zone, at)}
      lists={listsOf(query, orgs)}
      texts={{
        label: messages.lists.ids,
        fields: [
          { name: 'key', label: messages.deliveries.key, value: query.keyId },
          { name: 'event', label: messages.deliveries.event, value: query.eventId },
          { name: 'idempotency', label: messages.deliveries.idempotency, value: query.idempotencyKey },
        ],
      }}
      hasFilters={hasFilters(query)}
    >
      {children}
      <TailSwitch
        isOn={query.isTailing}
        isPaused={openId !== undefined}
        href={listHref(paths.deliveryLog, changeParams(params, { tail: query.isTailing ? undefined : '5s' }))}
      />
    </FilterBar>
  );
}

function listsOf(query: DeliveriesQuery, orgs: readonly OrgName[]) {
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
    {
      name: 'org',
      label: columns.org,
      options: orgs.map(({ id, name }) => ({ value: id, label: name, hint: id })),
      selected: query.orgs,
    },
    {
      name: 'code',
      label: columns.code,
      options: [...problemCodes, ...rejectionCodes].map((value) => ({ value, label: value })),
      selected: query.codes,
    },
  ];
}
