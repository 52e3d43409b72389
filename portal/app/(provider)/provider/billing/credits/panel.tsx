import Link from 'next/link';
import { TimeCell } from '../../../../../components/list/cells.tsx';
import { AuditEntriesLink } from '../../../../../components/panel/audit-entries-link.tsx';
import { Properties, Property, Section } from '../../../../../components/panel/properties.tsx';
import { formatDecimalText } from '../../../../../format/numbers.ts';
import { listHref } from '../../../../../lists/list-href.ts';
import { billing } from '../../../../../messages/en-billing.ts';
import { credits } from '../../../../../messages/en-receivables.ts';
import { messages } from '../../../../../messages/en.ts';
import { paths } from '../../../../../paths.ts';
import type { CreditRow } from '../../../../../services/provider/billing-credits.ts';
import { Difference, isMismatch } from './columns.tsx';
import { Correction } from './correction-dialog.tsx';

const { columns } = credits;

/** Sold − used − expired = remaining, stored beside computed. */
export function CreditPanel({ row, zone }: { readonly row: CreditRow; readonly zone: string }) {
  const amounts = [
    [columns.granted, row.given],
    [columns.purchased, row.purchased],
    [columns.used, row.used],
    [columns.expired, row.expired],
    [columns.remaining, row.remaining],
    [columns.computed, row.computed],
    [columns.overage, row.overage],
  ] as const;
  return (
    <>
      <Section title={billing.tabs.credits} aside={<Correction org={row.org} />}>
        <Properties>
          <Property name={messages.lists.organisation} copied={row.org.id}>
            <bdi>{row.org.name}</bdi>
          </Property>
          {amounts.map(([name, amount]) => (
            <Property key={name} name={name}>
              <span className="num">{formatDecimalText(amount)}</span>
            </Property>
          ))}
          <Property name={columns.difference}>
            <Difference row={row} />
          </Property>
          <Property name={columns.storedAt}>
            <TimeCell at={row.computedAt} zone={zone} style="second" />
          </Property>
        </Properties>
        <p className="text-fg-2">{isMismatch(row) ? credits.mismatchHint : credits.agrees}</p>
      </Section>
      <Section title={messages.lists.related}>
        <Link
          href={listHref(paths.ai, new URLSearchParams({ org: row.org.id }))}
          prefetch={false}
          className="self-start text-accent-text hover:underline"
        >
          {credits.events}
        </Link>
        <AuditEntriesLink entity="credits/balance" org={row.org.id} />
      </Section>
    </>
  );
}
