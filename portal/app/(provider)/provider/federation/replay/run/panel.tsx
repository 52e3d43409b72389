import Link from 'next/link';
import { TimeCell } from '../../../../../../components/list/cells.tsx';
import { Code, Properties, Property, Section } from '../../../../../../components/panel/properties.tsx';
import { Time } from '../../../../../../components/time.tsx';
import { listHref } from '../../../../../../lists/list-href.ts';
import { messages } from '../../../../../../messages/en.ts';
import { replays } from '../../../../../../messages/en-replays.ts';
import { paths, temporalRunUrl } from '../../../../../../paths.ts';
import { environment } from '../../../../../../server/environment.ts';
import type { ReplayItem } from '../../../../../../services/provider/federation-replay.service.ts';
import { Because, ItemBadge } from './columns.tsx';

const { columns } = replays;

export function ItemPanel({ item, zone }: { readonly item: ReplayItem; readonly zone: string }) {
  return (
    <>
      <Section title={messages.lists.properties}>
        <Properties>
          <Property name={columns.event} copied={item.eventId}>
            <Code>{item.eventId}</Code>
          </Property>
          <Property name={messages.lists.organisation} copied={item.org.id}>
            <bdi>{item.org.name}</bdi>
          </Property>
          <Property name={columns.received}>
            <Time at={item.key.at} zone={zone} hasZone />
          </Property>
          <Property name={columns.state}>
            <ItemBadge state={item.state} />
          </Property>
          <Property name={columns.code}>
            <Because item={item} />
          </Property>
          <Property name={columns.ordered}>
            <TimeCell at={item.orderedAt} zone={zone} style="second" />
          </Property>
        </Properties>
      </Section>
      {item.expected !== undefined && <Foreseen item={item} />}
      <Section title={messages.lists.related}>
        <Link
          href={listHref(paths.deliveryLog, new URLSearchParams({ event: item.eventId }))}
          prefetch={false}
          className="self-start text-accent-text hover:underline"
        >
          {replays.one.openEvent}
        </Link>
        <Run workflowId={item.workflowId} />
      </Section>
    </>
  );
}

function Foreseen({ item: { expected, expectedCode, writes } }: { readonly item: ReplayItem }) {
  return (
    <Section title={columns.expected} aside={expected && replays.expected[expected]}>
      {expectedCode !== undefined && <Code>{expectedCode}</Code>}
      {writes.length === 0 ? (
        <p className="text-fg-2">{replays.noWrites}</p>
      ) : (
        <>
          <ul className="flex flex-col rounded-control border border-line" aria-label={columns.writes}>
            {writes.map((row) => (
              <li key={row} className="border-b border-line px-3 py-1.5 last:border-b-0">
                <Code>{row}</Code>
              </li>
            ))}
          </ul>
          <p className="text-caption text-fg-3">{replays.alsoWritten}</p>
        </>
      )}
    </Section>
  );
}

function Run({ workflowId }: { readonly workflowId: string | undefined }) {
  const { TEMPORAL_UI_URL, TEMPORAL_NAMESPACE } = environment();
  if (workflowId === undefined || !TEMPORAL_UI_URL) return null;
  return (
    <a
      href={temporalRunUrl(TEMPORAL_UI_URL, TEMPORAL_NAMESPACE, workflowId)}
      target="_blank"
      rel="noreferrer"
      className="self-start text-accent-text hover:underline"
    >
      {messages.delivery.run}
    </a>
  );
}
