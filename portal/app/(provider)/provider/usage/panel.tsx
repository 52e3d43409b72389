import type { Links } from '../../../../components/list/list-view.ts';
import { MoneyCell, TimeCell } from '../../../../components/list/cells.tsx';
import { InvoiceLink } from '../../../../components/list/invoice-link.tsx';
import { Explained } from '../../../../components/panel/explained.tsx';
import { Properties, Property, Section } from '../../../../components/panel/properties.tsx';
import { StatusBadge } from '../../../../components/status-badge.tsx';
import { formatCount, formatDecimalText, formatMoney } from '../../../../format/numbers.ts';
import { messages } from '../../../../messages/en.ts';
import { usage } from '../../../../messages/en-usage.ts';
import type { PeriodDetail, PeriodLine } from '../../../../services/provider/usage-detail.ts';
import type { PeriodRow } from '../../../../services/provider/usage.service.ts';
import { UsageRows } from './usage-rows.tsx';
import type { MenuWindow } from './window-menu.tsx';

const { columns } = usage;

interface PeriodPanelProps {
  readonly period: PeriodRow & PeriodDetail;
  readonly of: MenuWindow;
  readonly zone: string;
  readonly mayExclude: boolean;
  readonly links: Links;
}

/** One period of a meter: its invoice lines, each read back tier by tier, and its latest rows. */
export function PeriodPanel({ period, of, zone, mayExclude, links }: PeriodPanelProps) {
  const { lines, usage: rows, currency } = period;
  return (
    <>
      <Section title={messages.lists.properties}>
        <Properties>
          <Property name={messages.lists.organisation} copied={period.org.id}>
            <bdi>{period.org.name}</bdi>
          </Property>
          <Property name={columns.meter}>{period.meter}</Property>
          <Property name={columns.start}>
            <TimeCell at={period.start} zone={zone} />
          </Property>
          <Property name={columns.end}>
            <TimeCell at={period.end} zone={zone} />
          </Property>
          <Property name={columns.quantity}>
            <span className="num">{formatDecimalText(period.quantity)}</span>
          </Property>
          <Property name={columns.rows}>
            <span className="num">{formatCount(Number(period.usageRows))}</span>
          </Property>
          <Property name={columns.amount}>
            <MoneyCell minor={period.bookedMinor} currency={currency} />
          </Property>
          <Property name={columns.rated}>
            <TimeCell at={period.ratedAt} zone={zone} />
          </Property>
        </Properties>
      </Section>
      <Section title={usage.lines}>
        {lines.length === 0 && <p className="text-fg-2">{usage.noLines}</p>}
        {lines.map((line) => (
          <Line key={line.sourceKey} line={line} orgId={period.org.id} currency={currency} links={links} />
        ))}
      </Section>
      <Section title={usage.recent}>
        {rows.length === 0 && <p className="text-fg-2">{usage.noRows}</p>}
        <UsageRows of={of} rows={rows} zone={zone} mayExclude={mayExclude} />
      </Section>
    </>
  );
}

interface LineProps extends Pick<PeriodPanelProps, 'links'> {
  readonly line: PeriodLine;
  readonly orgId: string;
  readonly currency: string;
}

function Line({ line, orgId, currency, links }: LineProps) {
  return (
    <div className="flex flex-col gap-2 rounded-control border border-line p-3">
      <div className="flex items-center gap-2">
        <span className="flex-none font-medium">
          <InvoiceLink orgId={orgId} invoice={line.invoice} isOpen={links.invoices} />
        </span>
        <bdi className="min-w-0 flex-1 truncate text-fg-2" title={line.description}>
          {line.description}
        </bdi>
        {line.isLate && <StatusBadge tone="warn" label={usage.late} />}
        <span className="num font-medium">{formatMoney(line.minor, currency)}</span>
      </div>
      {line.explanation && <Explained explanation={line.explanation} currency={currency} />}
    </div>
  );
}
