import { messages } from '../../messages/en.ts';

/** A route of the gateway as a tenant knows it. */
export function routeName(route: string): string {
  return Object.entries(messages.deliveries.routes).find(([name]) => name === route)?.[1] ?? route;
}
