import type { ReactNode } from 'react';
import type { Staff } from '../../../../../auth/session.ts';
import { FilterBar } from '../../../../../components/filters/filter-bar.tsx';
import { TailSwitch } from '../../../../../components/filters/tail-switch.tsx';
import { changeParams, listHref } from '../../../../../lists/list-href.ts';
import { paths } from '../../../../../paths.ts';
import type { DeliveriesQuery } from '../../../../../services/provider/deliveries-query.ts';
import { namesOfOrgs } from '../../../../../services/provider/orgs.service.ts';
import { deliveryFilters } from './delivery-filters.ts';

interface DeliveryFilterBarProps {
  readonly staff: Staff;
  readonly query: DeliveriesQuery;
  readonly params: URLSearchParams;
  readonly openId: string | undefined;
  readonly at: number;
  readonly children: ReactNode;
}

export async function DeliveryFilterBar({ staff, query, params, openId, at, children }: DeliveryFilterBarProps) {
  const orgs = await namesOfOrgs(staff, 'federation', query.orgs);
  return (
    <FilterBar path={paths.deliveryLog} params={params.toString()} {...deliveryFilters(query, orgs, at)}>
      {children}
      <TailSwitch
        isOn={query.isTailing}
        isPaused={openId !== undefined}
        href={listHref(paths.deliveryLog, changeParams(params, { tail: query.isTailing ? undefined : '5s' }))}
      />
    </FilterBar>
  );
}
