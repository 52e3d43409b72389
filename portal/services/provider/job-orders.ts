import 'server-only';
import { providerChain } from '#domain/ids';
import { slotAt, slotOf } from '#domain/jobs';
import type { JobName } from '#domain/jobs';
import { appendAsStaff } from '#prisma/append-as-staff';
import { inTenants } from '#prisma/pool';
import { jobOrderEntry, startJob } from '#temporal/job-commands';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import { ActionRefused } from '../../auth/staff-action.ts';
import { jobs } from '../../messages/en-dev-aids.ts';
import { database } from '../../server/database.ts';
import { log } from '../../server/log.ts';
import { now } from '../../server/now.ts';
import { orderStarter } from '../../server/orders.ts';

export interface JobStarted {
  readonly slot: string;
  /** A run of the slot was under way and is left alone. */
  readonly isAlready: boolean;
}

/**
 * Starts a job for a slot, or for the newest that is due; one that is done is looked at again. Who and why stand in the audit first.
 * @throws ActionRefused for a slot that is none or not due yet, and where Temporal does not answer
 */
export async function runJob(
  staff: Staff,
  { job, slot: asked, reason }: { job: JobName; slot?: string | undefined; reason: string },
): Promise<JobStarted> {
  assertCan(staff, 'dev-aids', 'write');
  const slot = asked ?? slotOf(job, now());
  const at = slotAt(job, slot);
  if (at === undefined || at > now()) throw new ActionRefused('refused', jobs.notDue);
  const { pool, prisma } = database();
  const known = await prisma.jobSlot.findUnique({ where: { job_slot: { job, slot } }, select: { status: true } });
  const isForced = known?.status === 'done';
  const action = isForced ? 'job.forced' : 'job.started';
  await inTenants(pool, [providerChain], (client) =>
    appendAsStaff(client, staff.sessionId, [jobOrderEntry({ job, slot, action, reason })]),
  );
  try {
    const { isAlready } = await startJob(orderStarter(), job, slot, isForced);
    return { slot, isAlready };
  } catch (error) {
    log.warn({ job, slot, error: String(error) }, 'a job was not started');
    throw new ActionRefused('refused', jobs.notStarted);
  }
}
