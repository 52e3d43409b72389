import Link from 'next/link';
import { MoneyCell } from '../../../../../components/list/cells.tsx';
import { Code, Properties, Property, Section, Text } from '../../../../../components/panel/properties.tsx';
import { Time } from '../../../../../components/time.tsx';
import { listHref } from '../../../../../lists/list-href.ts';
import { messages } from '../../../../../messages/en.ts';
import { planChanges } from '../../../../../messages/en-subscriptions.ts';
import { paths } from '../../../../../paths.ts';
import type { ChangeRow } from '../../../../../services/provider/changes.service.ts';
import { actorOf, TermsText } from './columns.tsx';

const { columns } = planChanges;

export function ChangePanel({ change, zone }: { readonly change: ChangeRow; readonly zone: string }) {
  const { org, subscriptionId, before, after, currency } = change;
  const row = new URLSearchParams({ row: `${org.id}:${subscriptionId}` });
  return (
    <Section title={messages.lists.properties}>
      <Properties>
        <Property name={columns.at}>
          <Time at={change.key.at} zone={zone} />
        </Property>
        <Property name={messages.lists.organisation} copied={org.id}>
          <bdi>{org.name}</bdi>
        </Property>
        <Property name={columns.subscription} copied={subscriptionId}>
          <Link
            href={listHref(paths.subscriptions, row)}
            prefetch={false}
            title={planChanges.openSubscription}
            className="text-accent-text hover:underline"
          >
            <bdi>{subscriptionId}</bdi>
          </Link>
        </Property>
        <Property name={columns.before}>
          <TermsText terms={before} currency={currency} />
        </Property>
        <Property name={columns.after}>
          <TermsText terms={after} currency={currency} />
        </Property>
        <Property name={columns.delta}>
          <MoneyCell minor={change.deltaMinor} currency={currency} />
        </Property>
        <Property name={columns.actor}>
          <bdi>{actorOf(change)}</bdi>
        </Property>
        <Property name={columns.reason}>
          <Text text={change.reason} />
        </Property>
        <Property name={columns.event} copied={change.eventId}>
          <Code>{change.eventId}</Code>
        </Property>
      </Properties>
    </Section>
  );
}
