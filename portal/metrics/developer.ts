import { paths } from '../paths.ts';
import { inList } from './metric.ts';

/** Prompt evaluations. */
export const evaluationMetrics = {
  last: inList(paths.devAids, {
    id: 'last',
    label: 'Last run pass rate',
    definition:
      'Passed cases of all cases of the newest run that the filters leave, and how many percentage points that is from the run before of the same suite and branch.',
    opens: 'that run',
    unit: 'share',
    goodDirection: 'up',
    // The link has the run itself.
    keeps: [],
  }),
  failing: inList(paths.devAids, {
    id: 'failing',
    label: 'Cases failing now',
    definition:
      'Failing cases of the newest run of each suite and branch that ran in the range, or today, beside those that were failing when the range before it ended. The linked list has the runs.',
    opens: 'newest runs that fail',
    unit: 'count',
    goodDirection: 'down',
    where: { status: 'failing', place: 'newest' },
    isWindowed: true,
  }),
  cost: inList(paths.devAids, {
    id: 'cost',
    label: 'Cost of last run',
    definition: 'What the newest run cost, where CI told it as costMinor and currency in meta.',
    opens: 'that run',
    unit: 'money',
    goodDirection: 'neither',
    sum: 'cost',
    keeps: [],
  }),
  latency: inList(paths.devAids, {
    id: 'latency',
    label: 'p95 latency',
    definition: 'Of the newest run, where CI told it as latencyMs in meta.',
    opens: 'that run',
    unit: 'duration',
    goodDirection: 'down',
    keeps: [],
  }),
};

/** Jobs. */
export const jobMetrics = {
  slots: inList(paths.jobs, {
    id: 'slots',
    label: 'Slots',
    definition: 'Slots that were begun in the range.',
    opens: 'slots of the range',
    unit: 'count',
    goodDirection: 'neither',
    where: { status: undefined },
    isWindowed: true,
  }),
  notDone: inList(paths.jobs, {
    id: 'notDone',
    label: 'Not done',
    definition: 'Slots of the range that broke off, or that were done for some organisations only.',
    opens: 'slots that are failed or partial',
    unit: 'count',
    goodDirection: 'down',
    where: { status: 'failed,partial' },
    isWindowed: true,
  }),
  failedOrgs: inList(paths.jobs, {
    id: 'failedOrgs',
    label: 'Organisations failed',
    definition:
      'How many times an organisation failed in a slot of the range whose last run went on with the others. The linked list has those slots.',
    opens: 'slots that are partial',
    unit: 'count',
    goodDirection: 'down',
    where: { status: 'partial' },
    isWindowed: true,
  }),
  running: inList(paths.jobs, {
    id: 'running',
    label: 'Running now',
    definition: 'Slots that a run works on, or stopped working on without a word, whenever they were begun.',
    opens: 'slots that run',
    unit: 'count',
    goodDirection: 'neither',
    where: { status: 'running' },
  }),
};
