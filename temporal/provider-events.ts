import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import type { providerEvent } from '#workflows/provider-event';
import { openClient } from './client.ts';
import type { BillingEnv } from './env.ts';

/** Starts runs for what payment providers tell. */
export interface ProviderEvents {
  /** After the commit of the event's row. Never throws and is not waited for: what is not started here the dunning tick handles. */
  start(provider: string, id: string): void;
  close(): Promise<void>;
}

const startTimeoutMs = 1_000;
/** Starts that wait for an answer; beyond them the dunning tick has the rows. */
const waitingMax = 100;

export function openProviderEvents(env: BillingEnv): ProviderEvents {
  const { client, close } = openClient(env);
  let waiting = 0;
  return {
    start(provider, id) {
      if (waiting >= waitingMax) return;
      waiting += 1;
      void startProviderEvent({ client, taskQueue: env.taskQueue }, provider, id)
        .catch(() => undefined)
        .finally(() => (waiting -= 1));
    },
    close,
  };
}

/** Key: the workflow id; a run that is or was there already is success. */
export async function startProviderEvent(
  { client, taskQueue }: { readonly client: Client; readonly taskQueue: string },
  provider: string,
  id: string,
): Promise<void> {
  try {
    await client.withDeadline(Date.now() + startTimeoutMs, () =>
      client.workflow.start<typeof providerEvent>('providerEvent', {
        taskQueue,
        workflowId: `provider-event:${provider}:${id}`,
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        workflowIdConflictPolicy: 'FAIL',
        args: [{ provider, id }],
        staticSummary: `an event of ${provider}`,
      }),
    );
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
