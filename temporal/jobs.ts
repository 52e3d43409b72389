import type { Duration } from '@temporalio/common';
import type { JobName } from '#domain/jobs';
import type * as workflows from '#workflows/index';

/** How the engine starts a job. */
export interface JobSchedule {
  readonly workflowType: keyof typeof workflows;
  readonly overlap: 'BUFFER_ONE' | 'SKIP';
  /** What became due while the server was away is started late, within so long. The default is a year. */
  readonly catchupWindow: Duration;
  readonly calendar: {
    readonly dayOfMonth?: { readonly start: number; readonly end: number };
    readonly hour: number | '*';
    readonly minute: number | { readonly start: number; readonly end: number; readonly step: number };
  };
  /** Shown in the Temporal UI. */
  readonly note: string;
}

const again = 'May run again at any time: what is done is not done twice.';

export const jobSchedules = {
  'nightly-rating': {
    workflowType: 'nightlyRating',
    overlap: 'BUFFER_ONE',
    catchupWindow: '12h',
    calendar: { hour: 2, minute: 15 },
    note: `Usage and what else was sold becomes lines of invoices. ${again}`,
  },
  dunning: {
    workflowType: 'dunning',
    overlap: 'SKIP',
    catchupWindow: '10m',
    calendar: { hour: '*', minute: 5 },
    note: `Asks about unknown payments, collects what is due, ends cases. ${again}`,
  },
  'monthly-rollup': {
    workflowType: 'monthlyRollup',
    overlap: 'BUFFER_ONE',
    catchupWindow: '2d',
    calendar: { dayOfMonth: { start: 1, end: 7 }, hour: 3, minute: 30 },
    note: `Closes months whose grace is over; summaries and metrics. ${again}`,
  },
  metrics: {
    workflowType: 'metrics',
    overlap: 'SKIP',
    catchupWindow: '5m',
    calendar: { hour: '*', minute: { start: 0, end: 55, step: 5 } },
    note: `Figures, summaries and alerts of what was told since. ${again}`,
  },
  invariants: {
    workflowType: 'invariants',
    overlap: 'SKIP',
    catchupWindow: '10m',
    calendar: { hour: '*', minute: 40 },
    note: `Looks for what must never be and parks what it concerns. ${again}`,
  },
} as const satisfies Record<JobName, JobSchedule>;
