import Link from 'next/link';
import { MoneyCell } from '../../../../components/list/cells.tsx';
import { Properties, Property, Section } from '../../../../components/panel/properties.tsx';
import { formatCount, formatMoney } from '../../../../format/numbers.ts';
import { sourceHref } from '../../../../lists/source-href.ts';
import { billing, reconciliation } from '../../../../messages/en-billing.ts';
import { messages } from '../../../../messages/en.ts';
import type { CellDetail, Difference } from '../../../../services/provider/billing-reconciliation.ts';
import { Gap, monthOf } from './columns.tsx';

const { columns } = reconciliation;

/** One cell, with the rows of both sides that are not the same. */
export function CellPanel({ cell }: { readonly cell: CellDetail }) {
  const { currency, differences, differing } = cell;
  return (
    <>
      <Section title={messages.lists.properties}>
        <Properties>
          <Property name={messages.lists.organisation} copied={cell.org.id}>
            <bdi>{cell.org.name}</bdi>
          </Property>
          <Property name={columns.stream}>{billing.streams[cell.stream]}</Property>
          <Property name={columns.month}>{monthOf(cell.key.at)}</Property>
          <Property name={columns.expected}>
            <MoneyCell minor={cell.expectedMinor} currency={currency} />
          </Property>
          <Property name={columns.invoiced}>
            <MoneyCell minor={cell.invoicedMinor} currency={currency} />
          </Property>
          <Property name={columns.paid}>
            <MoneyCell minor={cell.paidMinor} currency={currency} />
          </Property>
          <Property name={columns.credited}>
            <MoneyCell minor={cell.creditedMinor} currency={currency} />
          </Property>
          <Property name={columns.gap}>
            <Gap cell={cell} />
          </Property>
        </Properties>
      </Section>
      <Section title={reconciliation.both}>
        {differences.length === 0 && <p className="text-fg-2">{reconciliation.reconciles}</p>}
        <ul className="flex flex-col gap-2">
          {differences.map((difference) => (
            <DifferenceRow key={difference.source} difference={difference} cell={cell} />
          ))}
        </ul>
        {differing > differences.length && (
          <p className="text-fg-2">{reconciliation.more(formatCount(differing - differences.length))}</p>
        )}
      </Section>
    </>
  );
}

function DifferenceRow({ difference, cell }: { readonly difference: Difference; readonly cell: CellDetail }) {
  const { source, expectedMinor, invoicedMinor } = difference;
  const { currency, org } = cell;
  const href = sourceHref(source, org.id);
  const name = <bdi className="[overflow-wrap:anywhere]">{source}</bdi>;
  return (
    <li className="rounded-control border border-line p-3">
      <div className="flex items-baseline justify-between gap-3">
        {href ? (
          <Link href={href} prefetch={false} className="min-w-0 text-accent-text hover:underline">
            {name}
          </Link>
        ) : (
          name
        )}
        <span className="flex-none text-caption text-fg-2">{sideOf(difference)}</span>
      </div>
      <dl className="num mt-2 grid grid-cols-3 gap-3">
        {[
          { label: columns.expected, minor: expectedMinor },
          { label: columns.invoiced, minor: invoicedMinor },
          { label: columns.difference, minor: expectedMinor - invoicedMinor },
        ].map(({ label, minor }) => (
          <div key={label}>
            <dt className="text-caption text-fg-2">{label}</dt>
            <dd>{formatMoney(minor, currency)}</dd>
          </div>
        ))}
      </dl>
    </li>
  );
}

function sideOf({ expectedMinor, invoicedMinor }: Difference): string {
  if (invoicedMinor === 0n) return reconciliation.sides.missing;
  return expectedMinor === 0n ? reconciliation.sides.surplus : reconciliation.sides.other;
}
