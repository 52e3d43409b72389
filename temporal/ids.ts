import { createHash, randomBytes } from 'node:crypto';
import type { EventRef } from '#domain/ids';
import type { JobName } from '#domain/jobs';

/** Longer ids are refused by servers that keep them in SQL. Ours end at 201: see the patterns of tenants and events. */
export const workflowIdLengthMax = 255;
const fairnessKeyBytesMax = 64;

/** The run of one event; of its n-th redelivery where n is not 0. */
export function eventWorkflowId({ tenantId, eventId }: Pick<EventRef, 'tenantId' | 'eventId'>, redelivery = 0): string {
  const id = `event:${tenantId}:${eventId}`;
  return redelivery === 0 ? id : `${id}:r${redelivery}`;
}

/** Names the shared runs of one process: no two processes, nor two lives of one, share it. */
export function createBootId(): string {
  return randomBytes(9).toString('base64url');
}

export function sharedWorkflowId(bootId: string, number: number): string {
  return `events:${bootId}:${number}`;
}

/** One tenant's share of a queue. */
export function fairnessKey(tenantId: string): string {
  if (Buffer.byteLength(tenantId) <= fairnessKeyBytesMax) return tenantId;
  return createHash('sha256').update(tenantId).digest('base64url');
}

/** The run of a job: of a command by its slot; of a schedule the server appends the nominal time. */
export function jobWorkflowId(job: JobName, slot?: string): string {
  return slot === undefined ? `job:${job}` : `job:${job}:${slot}`;
}

/** The run of what staff ordered. */
export function commandWorkflowId(orgId: string, id: string): string {
  return `command:${orgId}:${id}`;
}

/** The run of a replay of many events, or of its plan. */
export function replayWorkflowId(runId: string, stage: 'plan' | 'run'): string {
  return stage === 'plan' ? `replay:${runId}:plan` : `replay:${runId}`;
}
