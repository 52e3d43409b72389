import { paths } from '../paths.ts';
import { inList } from './metric.ts';

/** The events of one replay. */
export const replayMetrics = {
  toReplay: inList(paths.replayRun, {
    id: 'toReplay',
    label: 'To replay',
    definition: 'Events of this replay that can be judged again and have not been yet.',
    opens: 'Events to replay',
    unit: 'count',
    goodDirection: 'neither',
    where: { state: 'chosen,eligible' },
    keeps: ['run'],
  }),
  applied: inList(paths.replayRun, {
    id: 'applied',
    label: 'Applied',
    definition: 'Events that this replay led to a change of the books.',
    opens: 'Applied events',
    unit: 'count',
    goodDirection: 'neither',
    where: { state: 'applied' },
    keeps: ['run'],
  }),
  rejected: inList(paths.replayRun, {
    id: 'rejected',
    label: 'Rejected again',
    definition: 'Events that were judged again and rejected again; they changed nothing.',
    opens: 'Events rejected again',
    unit: 'count',
    goodDirection: 'down',
    where: { state: 'rejected' },
    keeps: ['run'],
  }),
  left: inList(paths.replayRun, {
    id: 'left',
    label: 'Left alone',
    definition:
      'Events that are applied already, for which a replay is no change, and those that cannot be replayed now.',
    opens: 'Events left alone',
    unit: 'count',
    goodDirection: 'neither',
    where: { state: 'already_applied,skipped' },
    keeps: ['run'],
  }),
};

/** All replays. */
export const replayRunMetrics = {
  underWay: inList(paths.replayRuns, {
    id: 'underWay',
    label: 'Under way',
    definition: 'Replays that are being planned or that judge events now.',
    opens: 'Replays under way',
    unit: 'count',
    goodDirection: 'neither',
    where: { status: 'planning,running' },
    keeps: [],
  }),
  planned: inList(paths.replayRuns, {
    id: 'planned',
    label: 'To be confirmed',
    definition: 'Replays whose plan is made and that nobody has confirmed. They change nothing.',
    opens: 'Planned replays',
    unit: 'count',
    goodDirection: 'neither',
    where: { status: 'planned' },
    keeps: [],
  }),
  done: inList(paths.replayRuns, {
    id: 'done',
    label: 'Done',
    definition: 'Replays that came to their end.',
    opens: 'Replays that are done',
    unit: 'count',
    goodDirection: 'neither',
    where: { status: 'done' },
    keeps: [],
  }),
  cancelled: inList(paths.replayRuns, {
    id: 'cancelled',
    label: 'Cancelled',
    definition: 'Replays that staff or an operator stopped. What was replayed before stays replayed.',
    opens: 'Cancelled replays',
    unit: 'count',
    goodDirection: 'neither',
    where: { status: 'cancelled' },
    keeps: [],
  }),
};
