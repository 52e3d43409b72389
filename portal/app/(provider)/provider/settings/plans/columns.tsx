import { TextCell } from '../../../../../components/list/cells.tsx';
import { formatCount } from '../../../../../format/numbers.ts';
import { formatInstant } from '../../../../../format/times.ts';
import { settings } from '../../../../../messages/en-settings.ts';
import type { MeterRow, PlanRow, PriceRow } from '../../../../../services/provider/catalogue.service.ts';
import type { SimpleColumn } from '../simple-table.tsx';
import { Nothing } from '../../../../../components/nothing.tsx';

const copy = settings.plans;
const { columns } = copy;

export function planColumns(zone: string): readonly SimpleColumn<PlanRow>[] {
  return [
    {
      id: 'plan',
      head: columns.plan,
      sorted: 'ascending',
      text: ({ id, name }) => `${name} (${id})`,
      cell: ({ id, name }) => (
        <span className="flex flex-col leading-5">
          <span className="font-medium">
            <bdi>{name}</bdi>
          </span>
          <code className="font-mono text-code text-fg-2">{id}</code>
        </span>
      ),
    },
    {
      id: 'orgs',
      head: columns.orgs,
      isNumber: true,
      cell: ({ orgs }) => formatCount(orgs),
      text: ({ orgs }) => String(orgs),
    },
    {
      id: 'credits',
      head: columns.credits,
      isNumber: true,
      cell: ({ credits, isHardCap }) =>
        credits === undefined ? <Nothing /> : `${credits}${isHardCap ? `, ${copy.hardCap}` : ''}`,
      text: ({ credits, isHardCap }) => [credits, isHardCap && copy.hardCap].filter(Boolean).join(', '),
    },
    {
      id: 'prices',
      head: columns.price,
      text: ({ prices }) => prices.map((price) => `${price.meter}: ${priceText(price)}`).join('; '),
      cell: ({ prices }) =>
        prices.length === 0 ? (
          <span className="text-fg-3">{copy.noPrices}</span>
        ) : (
          <ul className="flex flex-col gap-2">
            {prices.map((price) => (
              <li key={`${price.meter} ${price.from}`} className="flex flex-wrap gap-x-3">
                <code className="w-32 flex-none truncate font-mono text-code text-fg-2" title={price.meter}>
                  {price.meter}
                </code>
                <PriceText price={price} />
                <span className="text-caption leading-5 text-fg-3">{inForce(price, zone)}</span>
              </li>
            ))}
          </ul>
        ),
    },
  ];
}

export function priceColumns(zone: string): readonly SimpleColumn<PriceRow>[] {
  return [
    {
      id: 'org',
      head: columns.org,
      sorted: 'ascending',
      text: ({ holderName, holder }) => `${holderName} (${holder})`,
      cell: ({ holderName, holder }) => (
        <span title={holder}>
          <bdi>{holderName}</bdi>
        </span>
      ),
    },
    {
      id: 'meter',
      head: columns.meter,
      cell: ({ meter }) => <code className="font-mono text-code">{meter}</code>,
      text: ({ meter }) => meter,
    },
    { id: 'price', head: columns.price, cell: (price) => <PriceText price={price} />, text: priceText },
    {
      id: 'from',
      head: columns.from,
      cell: (price) => inForce(price, zone) || copy.always,
      text: (price) => inForce(price, zone) || copy.always,
    },
  ];
}

export const meterColumns: readonly SimpleColumn<MeterRow>[] = [
  {
    id: 'meter',
    head: columns.meter,
    sorted: 'ascending',
    text: ({ id }) => id,
    cell: ({ id, name }) => (
      <span title={name}>
        <code className="font-mono text-code">{id}</code>
      </span>
    ),
  },
  {
    id: 'aggregation',
    head: columns.aggregation,
    cell: ({ aggregation }) => aggregation,
    text: ({ aggregation }) => aggregation,
  },
  { id: 'unit', head: columns.unit, cell: ({ unit }) => <TextCell text={unit} />, text: ({ unit }) => unit ?? '' },
];

function priceText({ lines }: PriceRow): string {
  return lines?.join(' ') ?? copy.unreadable;
}

function PriceText({ price: { lines } }: { readonly price: PriceRow }) {
  if (!lines) return <span className="text-bad-text">{copy.unreadable}</span>;
  return (
    <span className="num flex flex-col">
      {lines.map((line) => (
        <span key={line}>{line}</span>
      ))}
    </span>
  );
}

function inForce({ from, until }: PriceRow, zone: string) {
  const day = (at: number) => formatInstant(at, zone, 'day');
  const parts = [Number.isFinite(from) && copy.from(day(from)), until !== undefined && copy.until(day(until))];
  return parts.filter((part) => part !== false).join(', ');
}
