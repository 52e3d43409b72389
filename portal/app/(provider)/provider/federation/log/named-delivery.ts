import { routeName } from '../../../../../components/deliveries/route-name.ts';
import type { DeliveryRow } from '../../../../../services/provider/delivery-row.ts';
import type { NamedDelivery } from './delivery-menu.tsx';

/** What the browser needs to know of a delivery to act on it. */
export function namedDelivery({ id, type, route, result, org, eventId }: DeliveryRow): NamedDelivery {
  const isStored = result === 'accepted' || result === 'applied' || result === 'rejected';
  return {
    id,
    label: type ?? routeName(route),
    result,
    event: isStored && org && eventId !== undefined ? { tenantId: org.id, eventId } : undefined,
    hasCurl: route !== 'event-state',
  };
}
