import { closingPhase } from '#activities/closing/closing-phase';
import { dunningPhases } from '#activities/collection/dunning-phases';
import { commandsPhase } from '#activities/commands/commands-phase';
import { schedulePhase } from '#activities/commands/schedule';
import type { JobPhase, SlotAt } from '#activities/jobs/job-phase';
import { ratingPhase } from '#activities/rating/rating-phase';
import { reconciledPhase, reconciliationPhase } from '#activities/reconciliation/reconciliation-phase';
import { dayMs, hourMs, minuteMs, type EpochMs } from '#domain/instants';
import { rollUpMetrics } from '#tests/support/roll-up';
import type { CommandSite } from '../commands/command-site.ts';

export interface Nights {
  /** Of the day of an instant: rated and reconciled. */
  rate(at: EpochMs, isForced?: boolean): Promise<void>;
  /** Months whose grace is over closed, and figures rolled up. */
  close(at: EpochMs, isForced?: boolean): Promise<void>;
  /** Of the hour of an instant: what is ordered and due is collected. */
  collect(at: EpochMs): Promise<void>;
}

/** The jobs of a provider whose clock the test turns, each as of a slot that may be an older one. */
export function createNights({ worker, resources }: Pick<CommandSite, 'worker' | 'resources'>): Nights {
  const { providers, notify, now } = resources;
  const ratings = [ratingPhase(worker), reconciliationPhase(worker), reconciledPhase(worker)];
  const collections = [
    commandsPhase(resources),
    schedulePhase(worker),
    ...dunningPhases(worker, providers, notify, now),
  ];
  return {
    rate: (at, isForced = false) => runPhases(ratings, { ...nightOf(at, 2.25), isForced }),
    async close(at, isForced = false) {
      const slot = { ...nightOf(at, 3.5), isForced };
      await runPhases([closingPhase(worker)], slot);
      await rollUpMetrics(worker, slot);
    },
    collect(at) {
      const slot = Math.floor(at / hourMs) * hourMs + 5 * minuteMs;
      return runPhases(collections, { slot: new Date(slot).toISOString().slice(0, 13), at: slot, isForced: false });
    },
  };
}

/** The slot of a job that runs so many hours after midnight. */
export function nightOf(at: EpochMs, hours: number) {
  const slot = Math.floor(at / dayMs) * dayMs + hours * hourMs;
  return { slot: new Date(slot).toISOString().slice(0, 10), at: slot };
}

async function runPhases(phases: readonly JobPhase[], slot: SlotAt) {
  for (const phase of phases) {
    const ids = await phase.due(slot, undefined);
    for (let from = 0; from < ids.length; from += phase.setSize)
      await phase.apply(ids.slice(from, from + phase.setSize), slot);
  }
}
