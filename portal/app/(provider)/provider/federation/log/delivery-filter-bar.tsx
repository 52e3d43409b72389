import type { Staff } from '../../../../../auth/session.ts';
import { FilterBar } from '../../../../../components/filters/filter-bar.tsx';
import { TailSwitch } from '../../../../../components/filters/tail-switch.tsx';
import { formatInstant } from '../../../../../format/times.ts';
import { changeParams, listHref } from '../../../../../lists/list-href.ts';
import type { Range } from '../../../../../lists/url-grammar.ts';
import { presets, presetWindow } from '../../../../../lists/windows.ts';
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
import type { OrgName } from '../../../../../services/provider/federation.service.ts';
import { listOrgNames } from '../../../../../services/provider/federation.service.ts';

interface DeliveryFilterBarProps {
  readonly staff: Staff;
  readonly query: DeliveriesQuery;
  readonly params: URLSearchParams;
  readonly openId: string | undefined;
  readonly at: number;
}

const { columns, results, resultHints } = messages.deliveries;

export async function DeliveryFilterBar({ staff, query, params, openId, at }: DeliveryFilterBarProps) {
  const orgs = await listOrgNames(staff);
  const { range, zone } = query;
  return (
    <FilterBar
      path={paths.deliveryLog}
      params={params.toString()}
      search={{ label: messages.deliveries.searchLabel, placeholder: messages.deliveries.search, value: query.q }}
      range={{
        presets: presets.map((value) => ({
          value,
          label: messages.presets[value],
          dates: datesOf(presetWindow(value, at, zone), zone),
        })),
        from: range?.preset ?? range?.days?.from,
        to: range?.days?.to,
        value: range && rangeText(range),
      }}
      lists={listsOf(query, orgs)}
      texts={{
        label: messages.deliveries.ids,
        fields: [
          { name: 'key', label: messages.deliveries.key, value: query.keyId },
          { name: 'event', label: messages.deliveries.event, value: query.eventId },
          { name: 'idempotency', label: messages.deliveries.idempotency, value: query.idempotencyKey },
        ],
      }}
      hasFilters={hasFilters(query)}
    >
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

function rangeText({ preset, days }: Range) {
  if (preset) return messages.presets[preset];
  return days && (days.from === days.to ? days.from : `${days.from} – ${days.to}`);
}

function datesOf({ from, to }: { readonly from: number; readonly to: number }, zone: string) {
  const shorten = (at: number) => formatInstant(at, zone, 'day').replace(/, \d{4}$/, '');
  const [first, last] = [shorten(from), shorten(to - 1)];
  return first === last ? first : `${first} – ${last}`;
}
