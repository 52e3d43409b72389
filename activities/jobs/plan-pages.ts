import type { JobPhase, SlotAt } from './job-phase.ts';
import type { PagePlan } from './job-activities.ts';

export const boundariesMax = 500;
const pageSizeOtherwise = 200;

/** Cuts what is due after an id into pages. Reads only. */
export async function planPages(phase: JobPhase, slot: SlotAt, after: string): Promise<PagePlan> {
  const size = Math.max(phase.pageSize ?? pageSizeOtherwise, phase.setSize);
  const due = (await phase.due(slot, undefined)).filter((id) => byBytes(id, after) > 0).toSorted(byBytes);
  const pages = Math.ceil(due.length / size);
  const boundaries = Array.from({ length: Math.min(pages, boundariesMax) }, (_, page) => due[(page + 1) * size - 1]);
  const last = due.at(-1);
  return { boundaries: boundaries.flatMap((id) => id ?? last ?? []), isLast: pages <= boundariesMax };
}

/** The order in which ranges are cut; texts of JavaScript are ordered otherwise beyond the 16th bit. */
export function byBytes(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
