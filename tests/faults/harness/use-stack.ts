import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { EventWorker } from './apps.ts';
import { requestsAround, startLoad, type Load, type LoadOptions } from './load.ts';
import { openMovableServices, type MovableServices } from './movable-services.ts';
import type { Restartable } from './restartable.ts';
import {
  openNetworkedServices,
  openOwnServices,
  openSharedServices,
  type NetworkedServices,
  type OwnServices,
  type Services,
} from './services.ts';
import { startStack, type Stack } from './stack.ts';

export interface StackInUse<S extends Services> {
  readonly stack: () => Stack & { services: S };
  /** A load under the name of the test that runs. */
  readonly load: (options?: Partial<LoadOptions>) => Promise<Load>;
  /** One that goes on for a while before, all through and after a fault of this length. */
  readonly loadAround: (faultMs: number) => Promise<Load>;
}

/** Where nobody may be refused: a gateway that a machine busy with others does not make refuse anybody. */
export const patient = { GATEWAY_LOOP_LAG_MS_MAX: '10000' };

const openTimeoutMs = 120_000;

/** Gateway and worker on services of their own, which the tests of a file may kill. */
export function useOwnServices(
  eventWorker: EventWorker,
  env: Readonly<Record<string, string>> = {},
): StackInUse<OwnServices> {
  return useStack(eventWorker, openOwnServices, ({ postgres, redis, temporal }) => [postgres, redis, temporal], env);
}

/** Gateway and worker on the services that all tests share: a database and queues of their own. */
export function useSharedServices(
  eventWorker: EventWorker,
  env: Readonly<Record<string, string>> = {},
): StackInUse<Services> {
  return useStack(eventWorker, openSharedServices, () => [], env);
}

/** As useSharedServices(), at the far end of a network that can be broken. */
export function useNetworkedServices(
  eventWorker: EventWorker,
  env: Readonly<Record<string, string>> = {},
): StackInUse<NetworkedServices> {
  return useStack(eventWorker, openNetworkedServices, () => [], env);
}

/** As useSharedServices(), on a Postgres of its own that can be filled up, followed and replaced. */
export function useMovableServices(eventWorker: EventWorker, size?: string): StackInUse<MovableServices> {
  return useStack(
    eventWorker,
    (told) => openMovableServices(told, size),
    ({ postgres }) => [postgres.server],
  );
}

function useStack<S extends Services>(
  eventWorker: EventWorker,
  open: (told: (fault: string) => void) => Promise<S>,
  processesOf: (services: S) => readonly Restartable[],
  env: Readonly<Record<string, string>> = {},
): StackInUse<S> {
  const faults: string[] = [];
  let opened: S | undefined;
  let started: (Stack & { services: S }) | undefined;
  let name = '';
  let isDoubtful = false;
  const stack = () => {
    if (!started) throw new Error('the stack is not started');
    return started;
  };
  beforeAll(async () => {
    opened = await open((fault) => faults.push(fault));
    started = await startStack({ services: opened, eventWorker, faults, env });
  }, openTimeoutMs);
  beforeEach(async ({ task, onTestFailed }) => {
    name = task.name;
    const { services, gateway, worker } = stack();
    const processes = [...processesOf(services), gateway, worker];
    // What a failed test left dead, paused or stopping is not the next one's fault.
    if (isDoubtful) await Promise.all([gateway.stop(), worker.stop()]);
    for (const one of processes) await one.revive();
    isDoubtful = false;
    onTestFailed(() => {
      isDoubtful = true;
      console.error(processes.map((one) => one.tail()).join('\n'));
    });
  }, openTimeoutMs);
  afterAll(async () => {
    await started?.close();
    await opened?.close();
  }, openTimeoutMs);
  const load = (options?: Partial<LoadOptions>) => startLoad(stack(), name, options);
  return { stack, load, loadAround: (faultMs) => load({ requests: requestsAround(faultMs) }) };
}
