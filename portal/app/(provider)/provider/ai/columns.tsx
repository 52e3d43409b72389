import {
  filterCell,
  idCell,
  moneyColumn,
  numberColumn,
  orgColumn,
  rowCell,
  sortedTime,
  textCell,
  timeCell,
  wordColumn,
} from '../../../../components/list/cells.tsx';
import type { CellContext } from '../../../../components/list/cells.tsx';
import type { Column } from '../../../../components/table/data-table.tsx';
import { formatCount, formatDecimalText, nothing } from '../../../../format/numbers.ts';
import { formatDuration } from '../../../../format/times.ts';
import { ai } from '../../../../messages/en-ai.ts';
import type { AiUse } from '../../../../services/provider/ai.service.ts';

const { columns } = ai;

export function aiColumns(context: CellContext): readonly Column<AiUse>[] {
  return [
    {
      id: 'used',
      width: 136,
      ...sortedTime(context, columns.used),
      cell: ({ key }) => rowCell(timeCell(key.at, context, 'second')),
    },
    orgColumn(),
    {
      id: 'feature',
      width: 108,
      head: columns.feature,
      cell: ({ feature }) => filterCell('feature', feature),
    },
    ...callColumns,
  ];
}

const callColumns: readonly Column<AiUse>[] = [
  wordColumn({ name: 'model', width: 88, head: columns.model, valueOf: ({ model }) => model }),
  numberColumn('tokens', 112, columns.tokens, tokensOf),
  numberColumn('credits', 92, columns.credits, ({ credits }) => formatDecimalText(credits)),
  moneyColumn('cost', 104, columns.cost, ({ costMinor }) => costMinor),
  numberColumn('latency', 80, columns.latency, ({ latencyMs }) => formatDuration(latencyMs)),
  { id: 'outcome', width: 84, head: columns.outcome, cell: ({ outcome }) => textCell(outcome) },
  {
    id: 'cap',
    width: 112,
    head: columns.cap,
    cell: ({ isOverCap }) => (isOverCap ? filterCell('cap', 'over', { tone: 'bad', label: ai.overCap }) : undefined),
  },
];

/** Of one organisation: its name goes without saying, and each request has one. */
export function aiOrgColumns(context: CellContext): readonly Column<AiUse>[] {
  return [
    ...aiColumns(context).filter(({ id }) => id !== 'org'),
    { id: 'request', width: 124, head: columns.requestId, cell: ({ requestId }) => idCell(requestId) },
  ];
}

export function tokensOf({ promptTokens, completionTokens }: AiUse): string {
  const [prompt, completion] = [promptTokens, completionTokens].map((count) =>
    count === undefined ? nothing : formatCount(Number(count)),
  );
  return `${prompt} / ${completion}`;
}
