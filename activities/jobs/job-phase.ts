import type { EpochMs } from '#domain/instants';

/** What a job did, by name; all are sums over its pages. Numbers of things, never money: they are shown in Temporal. */
export type Counts = Readonly<Record<string, number>>;

/** The slot that a job brings the books up to date as of; never the clock. */
export interface SlotAt {
  readonly slot: string;
  /** The nominal instant of the slot. */
  readonly at: EpochMs;
  /** By order of staff: also what has nothing new. It changes nothing then. */
  readonly isForced: boolean;
}

/** Ids after one and up to another, in the order of their bytes. */
export interface IdRange {
  readonly after: string;
  readonly until: string;
}

/** One kind of work of a job, over sets of ids (orgs, invoices). Phases run one after another, the pages of a phase beside each other. */
export interface JobPhase {
  readonly name: string;
  /** Ids that `apply` is given at once, at most. */
  readonly setSize: number;
  /** Ids of a page, which one activity does: 200 where nothing is said, 20 for what calls a provider. */
  readonly pageSize?: number;
  /** Its sets wait for a provider or a mail server more than they compute: they do not take turns. */
  readonly waitsForOthers?: true;
  /** Whose an id is, where it is not the org's itself; `_provider` where it is no org's. A failure is recorded for it. */
  orgOf?(id: string): string;
  /** What is to do as of the slot, in the order of its bytes (`collate "C"`); what was done meanwhile is no longer among it. */
  due(slot: SlotAt, range: IdRange | undefined): Promise<string[]>;
  /**
   * Does the set, all or nothing. Trouble with the database is thrown and the page is repeated; after any other error the set is halved, until
   * the one that fails is alone and named. Harmless when repeated, late, or beside itself.
   */
  apply(ids: readonly string[], slot: SlotAt): Promise<Counts>;
}

/** Those of the ids that lie in the range; all where there is none. */
export function inRange(ids: readonly string[], range: IdRange | undefined): string[] {
  return ids.filter((id) => range === undefined || (id > range.after && id <= range.until));
}
