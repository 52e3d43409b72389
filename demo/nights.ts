import { jobNames, slotAt, slotOf, type JobName } from '#domain/jobs';
import type { LocalDate } from '#domain/local-dates';
import { openClient } from '#temporal/client';
import type { BillingEnv } from '#temporal/env';
import { followJob } from '#temporal/follow-job';
import { startJob } from '#temporal/job-commands';
import { jobSchedules } from '#temporal/jobs';
import type { PastWorker } from './past-worker.ts';

/** Runs jobs by slot, one after another, through Temporal. */
export interface Nights {
  run(job: JobName, slot: string): Promise<void>;
  /** The jobs of the night that begins a day: rated, closed where months end, collected. */
  night(day: LocalDate): Promise<void>;
  /** The books as of now: what the schedules did not do is done, or covered by what is. */
  catchUp(): Promise<void>;
  /** While a story is told the schedules rest: what they did would be of another day. An operator's pause stays. */
  pauseSchedules(): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

export interface NightOptions {
  /** Also slots that are done. */
  readonly isForced: boolean;
  readonly say: (line: string) => void;
  /** Whose clock is the story's; without it the running system's worker does the jobs, as of now. */
  readonly past?: PastWorker;
}

const pauseNote = 'the demo is told';

export function openNights(env: BillingEnv, { isForced, say, past }: NightOptions): Nights {
  const { client, close } = openClient(env);
  const run = async (job: JobName, slot: string) => {
    const at = slotAt(job, slot);
    if (at === undefined) throw new Error(`${slot} is no slot of ${job}`);
    if (at > Date.now()) return;
    past?.setClock(at);
    const started = await startJob({ client, taskQueue: past?.taskQueue ?? env.taskQueue }, job, slot, isForced);
    const { outcome, slots } = await followJob(started, () => undefined);
    const failed = slots.reduce((sum, { counts }) => sum + (counts['failed'] ?? 0), 0);
    if (outcome === 'partial')
      say(`${job} ${slot} is partial: it failed for ${failed}, whom its log and audit entries name`);
  };
  return {
    run,
    async night(day) {
      await run('nightly-rating', day);
      if (Number(day.slice(8)) <= 7) await run('monthly-rollup', day);
      await run('dunning', `${day}T05`);
    },
    async catchUp() {
      const now = Date.now();
      for (const job of ['nightly-rating', 'monthly-rollup', 'dunning'] as const) await run(job, slotOf(job, now));
    },
    async pauseSchedules() {
      const paused: JobName[] = [];
      for (const job of jobNames) {
        const { state } = await client.schedule.getHandle(job).describe();
        if (state.paused && state.note !== pauseNote) continue;
        await client.schedule.getHandle(job).pause(pauseNote);
        paused.push(job);
      }
      return async () => {
        for (const job of paused) await client.schedule.getHandle(job).unpause(jobSchedules[job].note);
      };
    },
    close,
  };
}
