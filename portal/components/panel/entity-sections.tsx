import Link from 'next/link';
import { formatMoney, nothing } from '../../format/numbers.ts';
import { listHref } from '../../lists/list-href.ts';
import { messages } from '../../messages/en.ts';
import { paths } from '../../paths.ts';
import type { EntityDetail } from '../../services/provider/entity-detail.ts';
import type { Links } from '../list/list-view.ts';
import { InvoiceLink } from '../list/invoice-link.tsx';
import { Time } from '../time.tsx';
import { AuditEntriesLink } from './audit-entries-link.tsx';
import { CodeBlock } from './code-block.tsx';
import { JsonText } from './json-text.tsx';
import { Section } from './properties.tsx';

interface EntitySectionsProps {
  readonly detail: EntityDetail;
  readonly zone: string;
  readonly orgId: string;
  /** `kind/id`, as the audit names it. */
  readonly subject: string;
  readonly links: Links;
}

const copy = messages.lists;

/** What every thing of a tenant has: its events, its invoice lines, what was told with it, and its audit entries. */
export function EntitySections(props: EntitySectionsProps) {
  const { detail, zone, orgId, subject, links } = props;
  return (
    <>
      {detail.lines.length > 0 && <Lines lines={detail.lines} orgId={orgId} links={links} />}
      <Section title={copy.timeline}>
        {detail.timeline.length === 0 && <p className="text-fg-2">{copy.noTimeline}</p>}
        <ol className="flex flex-col">
          {detail.timeline.map(({ at, action, eventId, actor }, index) => (
            <li
              key={index}
              className="flex min-h-8 flex-wrap items-center gap-x-3 border-b border-line last:border-b-0"
            >
              <Time at={at} zone={zone} />
              <span>{action}</span>
              {actor !== undefined && <bdi className="text-fg-2">{actor}</bdi>}
              {links.log && eventId !== undefined && (
                <Link
                  href={listHref(paths.deliveryLog, new URLSearchParams({ event: eventId }))}
                  prefetch={false}
                  className="ml-auto text-accent-text hover:underline"
                >
                  {copy.event}
                </Link>
              )}
            </li>
          ))}
        </ol>
      </Section>
      {detail.meta !== undefined && (
        <Section title={copy.raw}>
          <CodeBlock label={copy.raw} text={pretty(detail.meta)}>
            <JsonText text={pretty(detail.meta)} />
          </CodeBlock>
        </Section>
      )}
      {links.entriesOf(subject.slice(0, subject.indexOf('/'))) && (
        <Section title={copy.related}>
          <AuditEntriesLink entity={subject} org={orgId} />
        </Section>
      )}
    </>
  );
}

interface LinesProps extends Pick<EntityDetail, 'lines'> {
  readonly orgId: string;
  readonly links: Links;
}

function Lines({ lines, orgId, links }: LinesProps) {
  return (
    <Section title={copy.invoiceLines}>
      <ul className="flex flex-col">
        {lines.map((line, index) => (
          <li key={index} className="flex min-h-8 items-center gap-3 border-b border-line last:border-b-0">
            <span className="flex-none font-medium">
              <InvoiceLink
                orgId={orgId}
                invoice={{ id: line.invoiceId, number: line.number }}
                isOpen={links.invoices}
              />
            </span>
            <bdi className="min-w-0 flex-1 truncate text-fg-2" title={line.description}>
              {line.description || nothing}
            </bdi>
            <span className="num flex-none">{formatMoney(line.minor, line.currency)}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function pretty(text: string): string {
  return JSON.stringify(JSON.parse(text), undefined, 2);
}
