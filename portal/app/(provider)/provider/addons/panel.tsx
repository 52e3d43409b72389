import type { Links } from '../../../../components/list/list-view.ts';
import { MoneyCell, TimeCell } from '../../../../components/list/cells.tsx';
import { EntitySections } from '../../../../components/panel/entity-sections.tsx';
import { Code, Properties, Property, Section, Text } from '../../../../components/panel/properties.tsx';
import { messages } from '../../../../messages/en.ts';
import { addons } from '../../../../messages/en-addons.ts';
import type { PurchaseDetail } from '../../../../services/provider/addons.service.ts';
import { netOf } from './columns.tsx';

const { columns } = addons;

interface PurchasePanelProps {
  readonly purchase: PurchaseDetail;
  readonly zone: string;
  readonly links: Links;
}

export function PurchasePanel({ purchase, zone, links }: PurchasePanelProps) {
  const { currency, refunds } = purchase;
  return (
    <>
      <Section title={messages.lists.properties}>
        <Properties>
          <Property name={messages.lists.id} copied={purchase.id}>
            <Code>{purchase.id}</Code>
          </Property>
          <Property name={messages.lists.organisation} copied={purchase.org.id}>
            <bdi>{purchase.org.name}</bdi>
          </Property>
          <Property name={columns.sku}>
            <Text text={purchase.sku} />
          </Property>
          <Property name={columns.quantity}>{String(purchase.quantity)}</Property>
          <Property name={columns.amount}>
            <MoneyCell minor={purchase.amountMinor} currency={currency} />
          </Property>
          <Property name={columns.refunded}>
            <MoneyCell minor={purchase.refundedMinor} currency={currency} />
          </Property>
          <Property name={columns.net}>
            <MoneyCell minor={netOf(purchase)} currency={currency} />
          </Property>
          <Property name={columns.purchased}>
            <TimeCell at={purchase.key.at} zone={zone} />
          </Property>
        </Properties>
      </Section>
      {refunds.length > 0 && (
        <Section title={addons.refunds}>
          <ul className="flex flex-col">
            {refunds.map(({ at, minor, reason }, index) => (
              <li key={index} className="flex min-h-8 items-center gap-3 border-b border-line last:border-b-0">
                <TimeCell at={at} zone={zone} />
                <span className="min-w-0 flex-1 truncate text-fg-2">
                  <Text text={reason} />
                </span>
                <MoneyCell minor={minor} currency={currency} />
              </li>
            ))}
          </ul>
        </Section>
      )}
      <EntitySections
        detail={purchase.entity}
        zone={zone}
        orgId={purchase.org.id}
        subject={`addon/${purchase.id}`}
        links={links}
      />
    </>
  );
}
