import type { Links } from '../../../../components/list/list-view.ts';
import { MoneyCell, TimeCell } from '../../../../components/list/cells.tsx';
import { EntitySections } from '../../../../components/panel/entity-sections.tsx';
import { Code, Properties, Property, Section, Text } from '../../../../components/panel/properties.tsx';
import { Time } from '../../../../components/time.tsx';
import { nothing } from '../../../../format/numbers.ts';
import { messages } from '../../../../messages/en.ts';
import { subscriptions } from '../../../../messages/en-subscriptions.ts';
import type { SubscriptionDetail } from '../../../../services/provider/subscriptions.service.ts';
import { Price, waitingText } from './columns.tsx';

const { columns } = subscriptions;

interface SubscriptionPanelProps {
  readonly subscription: SubscriptionDetail;
  readonly zone: string;
  readonly links: Links;
}

export function SubscriptionPanel({ subscription, zone, links }: SubscriptionPanelProps) {
  return (
    <>
      <Section title={messages.lists.properties}>
        <Properties>
          <Property name={messages.lists.id} copied={subscription.id}>
            <Code>{subscription.id}</Code>
          </Property>
          <Property name={messages.lists.organisation} copied={subscription.org.id}>
            <bdi>{subscription.org.name}</bdi>
          </Property>
          <Property name={columns.plan}>
            <Text text={subscription.plan} />
          </Property>
          <Property name={columns.price}>
            <Price subscription={subscription} />
          </Property>
          <Property name={columns.quantity}>{String(subscription.quantity)}</Property>
          <Property name={columns.mrr}>
            <MoneyCell minor={subscription.mrrMinor} currency={subscription.currency} />
          </Property>
          <Property name={columns.started}>
            <TimeCell at={subscription.startedAt} zone={zone} />
          </Property>
          <Property name={columns.renews}>
            <TimeCell at={subscription.renewsAt} zone={zone} />
          </Property>
          <Property name={columns.canceled}>
            <TimeCell at={subscription.canceledAt} zone={zone} />
            {subscription.waiting && <span className="text-warn-text">{waitingText(subscription.waiting, zone)}</span>}
          </Property>
          <Property name={columns.reason}>
            <Text text={subscription.cancelReason} />
          </Property>
        </Properties>
      </Section>
      {subscription.changes.length > 0 && <Changes changes={subscription.changes} zone={zone} />}
      <EntitySections
        detail={subscription.entity}
        zone={zone}
        orgId={subscription.org.id}
        subject={`subscription/${subscription.id}`}
        links={links}
      />
    </>
  );
}

function Changes({ changes, zone }: { readonly changes: SubscriptionDetail['changes']; readonly zone: string }) {
  return (
    <Section title={subscriptions.changes}>
      <ul className="flex flex-col">
        {changes.map((change) => (
          <li
            key={change.eventId}
            className="flex min-h-8 flex-wrap items-center gap-x-3 border-b border-line last:border-b-0"
          >
            <Time at={change.at} zone={zone} />
            <bdi>{change.plan ?? nothing}</bdi>
            <span className="text-fg-2">{change.status}</span>
            <span className="ml-auto">
              <MoneyCell minor={change.mrrMinor} currency={change.currency} />
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
