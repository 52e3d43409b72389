import { JsonText } from '../../../../../components/panel/json-text.tsx';
import { Code, Properties, Property, Section } from '../../../../../components/panel/properties.tsx';
import { Time } from '../../../../../components/time.tsx';
import { messages } from '../../../../../messages/en.ts';
import type { AuditEntry } from '../../../../../services/provider/delivery-detail.ts';

const { delivery } = messages;

export function AuditEntries({ entries, zone }: { readonly entries: readonly AuditEntry[]; readonly zone: string }) {
  return (
    <Section title={delivery.audit}>
      {entries.length === 0 && <p className="text-fg-2">{delivery.noAudit}</p>}
      {entries.map((entry) => (
        <div key={entry.seq} className="rounded-control border border-line p-3">
          <Properties>
            <Property name={delivery.action}>{entry.action}</Property>
            <Property name={delivery.subject}>
              <Code>{entry.subject}</Code>
            </Property>
            <Property name={delivery.actor}>
              <Code>{entry.actor}</Code>
            </Property>
            <Property name={delivery.outcome}>{entry.outcome}</Property>
            <Property name={delivery.detail}>
              <Code>
                <JsonText text={entry.detail} />
              </Code>
            </Property>
            <Property name={delivery.at}>
              <Time at={entry.at} zone={zone} style="exact" hasZone />
            </Property>
            <Property name={delivery.sequence}>
              <span className="num">{entry.seq}</span>
            </Property>
            <Property name={delivery.hash} copied={entry.hash}>
              <Code>{entry.hash.slice(0, 16)}…</Code>
            </Property>
          </Properties>
        </div>
      ))}
    </Section>
  );
}
