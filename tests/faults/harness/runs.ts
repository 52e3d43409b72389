import { Client, Connection, WorkflowNotFoundError } from '@temporalio/client';
import { setTimeout as sleep } from 'node:timers/promises';

/** A run as Temporal keeps it. */
export interface Run {
  readonly status: string;
  readonly type: string;
  readonly taskQueue: string;
  readonly summary: string | undefined;
  /** By name, as they are indexed. */
  readonly attributes: Readonly<Record<string, readonly string[]>>;
  /** The names of the history's events, in order. */
  readonly events: readonly string[];
  /** All that the server keeps of the run, as JSON. */
  readonly text: string;
  readonly isEager: boolean;
}

export interface Runs {
  /** The newest run under this id once it has ended. */
  ended(workflowId: string, patienceMs?: number): Promise<Run>;
  read(workflowId: string): Promise<Run>;
  /** Ids of all runs whose attribute has this value. */
  list(query: string): Promise<string[]>;
  close(): Promise<void>;
}

const endDeadlineMs = 40_000;
const pollMs = 200;

/** Looks at Temporal from the outside, as staff do. */
export async function openRuns(address: string): Promise<Runs> {
  const connection = await Connection.connect({ address });
  const client = new Client({ connection });
  const read = async (workflowId: string): Promise<Run> => {
    const handle = client.workflow.getHandle(workflowId);
    const description = await handle.describe();
    const history = await handle.fetchHistory();
    const events = history.events ?? [];
    const started = events[0]?.workflowExecutionStartedEventAttributes;
    return {
      status: description.status.name,
      type: description.type,
      taskQueue: description.taskQueue,
      summary: await description.staticSummary(),
      attributes: attributesOf(description.typedSearchAttributes),
      events: events.map(nameOfEvent),
      text: JSON.stringify([description.raw, history], base64AsText),
      isEager: started?.eagerExecutionAccepted === true,
    };
  };
  return {
    read,
    async ended(workflowId, patienceMs = endDeadlineMs) {
      const deadline = Date.now() + patienceMs;
      for (;;) {
        const run = await read(workflowId).catch(ignoreMissing);
        if (run && run.status !== 'RUNNING') return run;
        if (Date.now() > deadline)
          throw new Error(`${workflowId} has not ended after ${patienceMs} ms: ${run?.events.join(', ') ?? 'no run'}`);
        await sleep(pollMs);
      }
    },
    async list(query) {
      const ids: string[] = [];
      for await (const { workflowId } of client.workflow.list({ query })) ids.push(workflowId);
      return ids;
    },
    close: () => connection.close(),
  };
}

function attributesOf(attributes: { getAll(): readonly { key: { name: string }; value: unknown }[] }) {
  return Object.fromEntries(attributes.getAll().map(({ key, value }) => [key.name, [value].flat().map(String)]));
}

function nameOfEvent(event: object): string {
  return (
    Object.keys(event)
      .find((name) => name.endsWith('EventAttributes'))
      ?.replace('EventAttributes', '') ?? 'unknown'
  );
}

// Payloads are bytes; what stands in them must be readable for who looks for it.
function base64AsText(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : value;
}

function ignoreMissing(error: unknown): undefined {
  if (!(error instanceof WorkflowNotFoundError)) throw error;
}
