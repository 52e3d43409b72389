import { ExternalLink } from 'lucide-react';
import type { Route } from 'next';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { Code, Named, Properties, Property, Section } from '../../../../../components/panel/properties.tsx';
import { Time } from '../../../../../components/time.tsx';
import { formatCount, formatMoney, nothing } from '../../../../../format/numbers.ts';
import { messages } from '../../../../../messages/en.ts';
import { temporalRunUrl } from '../../../../../paths.ts';
import { environment } from '../../../../../server/environment.ts';
import type { DeliveryDetail, DeliveryEffect } from '../../../../../services/provider/delivery-detail.ts';
import type { Field } from '../../../../../services/provider/domain-row.ts';
import { AuditEntries } from './audit-entries.tsx';
import { UsageRows } from './usage-rows.tsx';

interface EffectTabProps {
  readonly detail: DeliveryDetail;
  readonly zone: string;
  readonly rowHref: (row: string) => Route;
  readonly hrefOf: (subject: string, org: string) => Route | undefined;
}

const { delivery } = messages;

export function EffectTab({ detail, zone, rowHref, hrefOf }: EffectTabProps) {
  const { row, effect, rejection } = detail;
  if (!effect) return <NoEffect detail={detail} rowHref={rowHref} />;
  return (
    <>
      {row.result === 'accepted' && <Note tone="tone-info" text={delivery.waitingText} />}
      {row.result === 'rejected' && (
        <Note
          tone="tone-bad"
          title={`${delivery.rejectedBecause}: ${rejection ?? row.code ?? nothing}`}
          text={delivery.rejectedText}
        />
      )}
      <Run effect={effect} />
      {effect.usage ? (
        <UsageRows usage={effect.usage} zone={zone} />
      ) : (
        <DomainRow effect={effect} zone={zone} hrefOf={(subject) => row.org && hrefOf(subject, row.org.id)} />
      )}
      <Activities activities={effect.activities} zone={zone} />
      <AuditEntries entries={effect.audit} zone={zone} />
    </>
  );
}

function NoEffect({ detail: { row }, rowHref }: Pick<EffectTabProps, 'detail' | 'rowHref'>) {
  const isReplay = row.result === 'replayed';
  return (
    <div className="flex flex-col items-start gap-3">
      <Note
        tone="tone-plain"
        title={isReplay ? delivery.replayedEffect : delivery.noEffect}
        text={isReplay ? delivery.replayedText : delivery.noEffectText}
      />
      {isReplay && row.org && row.eventId !== undefined && (
        <Link
          href={rowHref(`${row.org.id}.${row.eventId}`)}
          scroll={false}
          prefetch={false}
          className="button button-small"
        >
          {delivery.openEvent}
        </Link>
      )}
    </div>
  );
}

function Note({ tone, title, text }: { readonly tone: string; readonly title?: string; readonly text: string }) {
  return (
    <div className={`w-full rounded-control bg-(--tone-soft) px-3 py-2.5 ${tone}`}>
      {title && <p className="font-medium text-(--tone-text)">{title}</p>}
      <p className="text-(--tone-text)">{text}</p>
    </div>
  );
}

function Run({ effect: { workflowId, verdicts } }: { readonly effect: DeliveryEffect }) {
  const { TEMPORAL_UI_URL, TEMPORAL_NAMESPACE } = environment();
  if (workflowId === undefined) return <p className="text-fg-2">{delivery.noRun}</p>;
  return (
    <Section
      title={delivery.runTitle}
      aside={
        verdicts > 1 && <span className="num text-caption text-fg-3">{delivery.verdicts(formatCount(verdicts))}</span>
      }
    >
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 rounded-control border border-line px-3 py-2">
        <Code>{workflowId}</Code>
        {TEMPORAL_UI_URL && (
          <a
            href={temporalRunUrl(TEMPORAL_UI_URL, TEMPORAL_NAMESPACE, workflowId)}
            target="_blank"
            rel="noreferrer"
            className="button button-small"
            title={delivery.runHint}
          >
            {delivery.run}
            <ExternalLink size={14} strokeWidth={1.75} aria-hidden="true" />
          </a>
        )}
      </div>
    </Section>
  );
}

interface DomainRowProps extends Pick<EffectTabProps, 'zone'> {
  readonly effect: DeliveryEffect;
  readonly hrefOf: (subject: string) => Route | undefined;
}

function DomainRow({ effect: { entity, fields }, zone, hrefOf }: DomainRowProps) {
  const subject = entity && `${entity.kind}/${entity.id}`;
  return (
    <Section
      title={delivery.row}
      aside={subject && <Named href={fields ? hrefOf(subject) : undefined}>{subject}</Named>}
    >
      {fields ? (
        <Properties>
          {fields.map((field) => (
            <Property key={field.name} name={field.name}>
              <FieldValue field={field} zone={zone} />
            </Property>
          ))}
        </Properties>
      ) : (
        <p className="text-fg-2">{delivery.noRow}</p>
      )}
    </Section>
  );
}

function FieldValue({ field, zone }: { readonly field: Field; readonly zone: string }): ReactNode {
  if (field.value === undefined) return <span className="text-fg-3">{nothing}</span>;
  switch (field.kind) {
    case 'text':
      return <bdi>{field.value}</bdi>;
    case 'instant':
      return <Time at={field.value} zone={zone} hasZone />;
    case 'money':
      return <span className="num">{formatMoney(field.value, field.currency)}</span>;
  }
}

function Activities({
  activities,
  zone,
}: {
  readonly activities: DeliveryEffect['activities'];
  readonly zone: string;
}) {
  return (
    <Section title={delivery.activity}>
      {activities.length === 0 ? (
        <p className="text-fg-2">{delivery.noActivity}</p>
      ) : (
        <ul className="flex flex-col rounded-control border border-line">
          {activities.map(({ action, entity, occurredAt }) => (
            <li
              key={`${action} ${entity}`}
              className="flex flex-wrap items-center gap-x-3 gap-y-0.5 border-b border-line px-3 py-2 last:border-b-0"
            >
              <span className="font-medium">{action}</span>
              <Code>{entity}</Code>
              <span className="ml-auto text-fg-2">
                <Time at={occurredAt} zone={zone} hasZone />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
