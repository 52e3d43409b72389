import { paths } from '../paths.ts';
import { alertLevels } from '../services/provider/ai-list.ts';
import { inList } from './metric.ts';

// What windows are filtered by beside organisation and meter is left out: these figures are of now.
const everyWindow = { state: undefined, report: undefined, late: undefined };
const thisMonth = {
  from: 'mtd',
  to: undefined,
  tz: 'UTC',
  feature: undefined,
  model: undefined,
  cap: undefined,
  alert: undefined,
};

/** Metered usage. */
export const usageMetrics = {
  billable: inList(paths.usage, {
    id: 'billable',
    label: 'Billable, not invoiced',
    definition:
      'What the periods come to that are open, or closed with lines on a draft, by the latest rating, in each currency.',
    opens: 'Usage: open and rated periods',
    unit: 'money',
    goodDirection: 'neither',
    sum: 'amount',
    where: { ...everyWindow, state: 'open,rated' },
  }),
  unrated: inList(paths.usageUnrated, {
    id: 'unrated',
    label: 'Unrated',
    definition:
      'Periods of meters with usage that no price is in force for, kept until there is one. The note tells their rows, and how long ago the oldest began.',
    opens: 'Unrated usage',
    unit: 'count',
    goodDirection: 'down',
    keeps: ['org'],
  }),
  reporting: inList(paths.usage, {
    id: 'reporting',
    label: 'Meters reporting',
    definition:
      'Meters of organisations whose period is under way: those whose latest usage came in the last 24 hours, of all. A meter is expected once its period was rated.',
    opens: 'Usage: periods under way that reported in the last 24 h',
    unit: 'count',
    goodDirection: 'up',
    where: { ...everyWindow, report: 'on' },
  }),
  late: inList(paths.usage, {
    id: 'late',
    label: 'Late usage this month',
    definition:
      'Periods for which usage that came after their close and grace was counted this month. It is billed by the next rating, on a later invoice where its own is finished.',
    opens: 'Usage: periods with late usage counted this month',
    unit: 'count',
    goodDirection: 'down',
    where: { ...everyWindow, late: 'mtd' },
  }),
};

/** Usage that no price is in force for. */
export const unratedMetrics = {
  all: inList(paths.usageUnrated, {
    id: 'all',
    label: 'Unrated',
    definition: 'Meters and periods with usage that no price is in force for.',
    opens: 'Unrated usage: all',
    unit: 'count',
    goodDirection: 'down',
    where: { reason: undefined },
  }),
  no_plan: inList(paths.usageUnrated, {
    id: 'no_plan',
    label: 'No plan',
    definition: 'Of these, those of organisations without a plan at the period’s start.',
    opens: 'Unrated usage: no plan',
    unit: 'count',
    goodDirection: 'down',
    where: { reason: 'no_plan' },
  }),
  unknown_meter: inList(paths.usageUnrated, {
    id: 'unknown_meter',
    label: 'Unknown meter',
    definition: 'Of these, those of a meter that the catalogue does not have.',
    opens: 'Unrated usage: unknown meter',
    unit: 'count',
    goodDirection: 'down',
    where: { reason: 'unknown_meter' },
  }),
  no_price: inList(paths.usageUnrated, {
    id: 'no_price',
    label: 'No price',
    definition: 'Of these, those for which neither plan nor organisation has a price.',
    opens: 'Unrated usage: no price',
    unit: 'count',
    goodDirection: 'down',
    where: { reason: 'no_price' },
  }),
};

/** AI credits, of all organisations. */
export const aiMetrics = {
  month: inList(paths.ai, {
    id: 'month',
    label: 'Used of limit, this month',
    definition:
      'Credits used this UTC month of the limits of all organisations whose plan has an allowance; a limit that staff raised counts as raised. The linked list has the uses of the month.',
    opens: 'uses of this month',
    unit: 'share',
    goodDirection: 'neither',
    where: thisMonth,
  }),
  margin: inList(paths.ai, {
    id: 'margin',
    label: 'Cost against billed',
    definition:
      'What the calls of the range cost, of those that told it, beside the revenue of AI in the days of the range, in the main currency. The margin is what is left of the revenue.',
    opens: 'calls of the range',
    unit: 'money',
    goodDirection: 'neither',
    sum: 'cost',
    isWindowed: true,
  }),
  calls: inList(paths.ai, {
    id: 'calls',
    label: 'Calls',
    definition:
      'Uses of AI in the range. The error rate is of those that told meta.outcome: any word but ok and success is an error.',
    opens: 'calls of the range',
    unit: 'count',
    goodDirection: 'neither',
    isWindowed: true,
  }),
  over: inList(paths.ai, {
    id: 'over',
    label: 'Organisations over 75 / 90 / 100 %',
    definition:
      'Organisations that reached the level of their limit this month. Each number opens their alerts and calls.',
    opens: 'organisations over 75 %',
    unit: 'count',
    goodDirection: 'down',
    where: { alert: alertLevels[0] },
    // Each level has a link of its own.
    isWindowed: true,
  }),
};

/** Levels of their limits that organisations reached. */
export const aiAlertMetrics = {
  all: inList(paths.aiAlerts, {
    id: 'all',
    label: 'Alerts',
    definition: 'Levels reached in the range. Each fires once for an organisation, level and UTC month.',
    opens: 'alerts of the range',
    unit: 'count',
    goodDirection: 'down',
    isWindowed: true,
  }),
  full: inList(paths.aiAlerts, {
    id: 'full',
    label: 'Limits used up',
    definition: 'Of these, those of 100 %.',
    opens: 'alerts of 100 % of the range',
    unit: 'count',
    goodDirection: 'down',
    where: { level: '100' },
    isWindowed: true,
  }),
  open: inList(paths.aiAlerts, {
    id: 'open',
    label: 'Not acknowledged',
    definition: 'Alerts of the running UTC month that nobody has acknowledged.',
    opens: 'alerts of this month that nobody has acknowledged',
    unit: 'count',
    goodDirection: 'down',
    where: { state: 'open', month: 'running' },
  }),
  muted: inList(paths.aiAlerts, {
    id: 'muted',
    label: 'Muted',
    definition: 'Alerts of the running UTC month of organisations that are muted.',
    opens: 'muted alerts of this month',
    unit: 'count',
    goodDirection: 'neither',
    where: { state: 'muted', month: 'running' },
  }),
};

/** Of one organisation: the same, on a page of its own. */
export const aiOrgMetrics = {
  month: {
    ...aiMetrics.month,
    definition: 'Credits used this UTC month of the limit: the plan’s allowance, or what staff raised it to.',
    opens: 'calls of this month',
  },
  margin: aiMetrics.margin,
  calls: aiMetrics.calls,
  over: inList(paths.ai, {
    id: 'over',
    label: 'Over a hard cap',
    definition: 'Calls of the range that came after a hard cap was reached. They are recorded and not billed.',
    opens: 'calls over a cap',
    unit: 'count',
    goodDirection: 'down',
    where: { cap: 'over' },
    isWindowed: true,
  }),
};
