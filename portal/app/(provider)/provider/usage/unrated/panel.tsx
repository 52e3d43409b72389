import { TimeCell } from '../../../../../components/list/cells.tsx';
import { Properties, Property, Section } from '../../../../../components/panel/properties.tsx';
import { formatCount, formatDecimalText } from '../../../../../format/numbers.ts';
import { messages } from '../../../../../messages/en.ts';
import { unrated } from '../../../../../messages/en-usage.ts';
import type { UnratedRow } from '../../../../../services/provider/unrated.service.ts';

const { columns } = unrated;

export function UnratedPanel({ row, zone }: { readonly row: UnratedRow; readonly zone: string }) {
  return (
    <Section title={messages.lists.properties}>
      <Properties>
        <Property name={messages.lists.organisation} copied={row.org.id}>
          <bdi>{row.org.name}</bdi>
        </Property>
        <Property name={columns.meter} copied={row.meter}>
          <bdi>{row.meter}</bdi>
        </Property>
        <Property name={columns.start}>
          <TimeCell at={row.start} zone={zone} />
        </Property>
        <Property name={columns.end}>
          <TimeCell at={row.end} zone={zone} />
        </Property>
        <Property name={unrated.reason}>
          {unrated.reasons[row.reason]}. {unrated.reasonHints[row.reason]}.
        </Property>
        <Property name={columns.rows}>
          <span className="num">{formatCount(Number(row.usageRows))}</span>
        </Property>
        <Property name={columns.quantity}>
          <span className="num">{formatDecimalText(row.quantity)}</span>
        </Property>
        <Property name={unrated.noted}>
          <TimeCell at={row.notedAt} zone={zone} />
        </Property>
      </Properties>
    </Section>
  );
}
