import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import type { SearchAttributePair, WorkflowIdReusePolicy } from '@temporalio/common';
import { TypedSearchAttributes } from '@temporalio/common';
import type { EventRef } from '#domain/ids';
import type { handleEvent } from '#workflows/handle-event';
import type { handleEvents } from '#workflows/handle-events';
import type { Started } from './driver.ts';
import { eventWorkflowId, fairnessKey } from './ids.ts';
import { attributesOfSet, eventAttributes } from './search-attributes.ts';

/** What starts runs of events. */
export interface EventStarter {
  readonly client: Client;
  readonly taskQueue: string;
  /** True while a worker of this process shares the client's connection. */
  readonly isEager: () => boolean;
}

const startTimeoutMs = 1_000;
const workflowTaskTimeout = '10s';

/** Starts the event's own run. Key: the workflow id; a run that is or was there already is success. */
export function startEvent(starter: EventStarter, ref: EventRef, redelivery = 0): Promise<Started> {
  return startOwn(starter, ref, redelivery, 'REJECT_DUPLICATE');
}

/** Starts one run for many events. Key: none is needed, since the rows know what is decided. */
export async function startEvents(
  starter: EventStarter,
  refs: readonly EventRef[],
  workflowId: string,
): Promise<{ readonly started: Started; readonly ended: (patienceMs: number) => Promise<unknown> }> {
  const { client } = starter;
  const tenants = new Set(refs.map((ref) => ref.tenantId));
  const [tenant] = tenants;
  const handle = await client.withDeadline(Date.now() + startTimeoutMs, () =>
    client.workflow.start<typeof handleEvents>('handleEvents', {
      ...common(starter, tenants.size === 1 && tenant !== undefined ? tenant : workflowId, attributesOfSet(refs)),
      workflowId,
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      args: [refs],
      staticSummary: `${counted(refs.length, 'event')} of ${counted(tenants.size, 'tenant')}`,
    }),
  );
  return {
    started: handle.eagerlyStarted ? 'eager' : 'plain',
    ended: (patienceMs) => client.withDeadline(Date.now() + patienceMs, () => handle.result()),
  };
}

/** The same under a policy of the caller's. */
export async function startOwn(
  starter: EventStarter,
  ref: EventRef,
  redelivery: number,
  workflowIdReusePolicy: WorkflowIdReusePolicy,
): Promise<Started> {
  const { client } = starter;
  try {
    const handle = await client.withDeadline(Date.now() + startTimeoutMs, () =>
      client.workflow.start<typeof handleEvent>('handleEvent', {
        ...common(starter, ref.tenantId, eventAttributes(ref)),
        workflowId: eventWorkflowId(ref, redelivery),
        workflowIdReusePolicy,
        args: [{ tenantId: ref.tenantId, eventId: ref.eventId, type: ref.type }],
        staticSummary: `${ref.type} ${ref.tenantId}`,
      }),
    );
    return handle.eagerlyStarted ? 'eager' : 'plain';
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return 'already';
    throw error;
  }
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function common({ taskQueue, isEager }: EventStarter, share: string, attributes: SearchAttributePair[]) {
  return {
    taskQueue,
    requestEagerStart: isEager(),
    workflowIdConflictPolicy: 'FAIL',
    workflowTaskTimeout,
    priority: { fairnessKey: fairnessKey(share) },
    typedSearchAttributes: new TypedSearchAttributes(attributes),
  } as const;
}
