import 'server-only';
import type { Client } from '@temporalio/client';
import { openClient } from '#temporal/client';
import type { EventStarter } from '#temporal/event-starts';
import { readBillingEnv, readEngineEnv } from '#temporal/env';

/** What starts the runs of orders. */
export interface OrderStarter {
  readonly client: Client;
  readonly taskQueue: string;
}

declare global {
  // Survives a reload of modules in development.
  var portalOrders: OrderStarter | undefined;
}

/** One client per process. It connects at its first call: Temporal may be away, orders are stored without it. */
export function orderStarter(): OrderStarter {
  const env = readBillingEnv(process.env);
  globalThis.portalOrders ??= { client: openClient(env).client, taskQueue: env.taskQueue };
  return globalThis.portalOrders;
}

/** What starts the runs of single events: plainly, since no worker shares its connection. */
export function eventStarter(): EventStarter {
  const { taskQueue } = readEngineEnv(process.env);
  return { client: orderStarter().client, taskQueue, isEager: () => false };
}
