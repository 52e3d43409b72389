import type { Links } from '../../../../components/list/list-view.ts';
import { EntitySections } from '../../../../components/panel/entity-sections.tsx';
import { Code, Properties, Property, Section, Text } from '../../../../components/panel/properties.tsx';
import { MoneyCell, TimeCell } from '../../../../components/list/cells.tsx';
import { messages } from '../../../../messages/en.ts';
import { leads } from '../../../../messages/en-leads.ts';
import type { LeadDetail } from '../../../../services/provider/leads.service.ts';
import { Billing } from './columns.tsx';

const { columns } = leads;

interface LeadPanelProps {
  readonly lead: LeadDetail;
  readonly zone: string;
  readonly links: Links;
}

export function LeadPanel({ lead, zone, links }: LeadPanelProps) {
  return (
    <>
      <Section title={messages.lists.properties}>
        <Properties>
          <Property name={messages.lists.id} copied={lead.id}>
            <Code>{lead.id}</Code>
          </Property>
          <Property name={messages.lists.organisation} copied={lead.org.id}>
            <bdi>{lead.org.name}</bdi>
          </Property>
          <Property name={columns.company}>
            <Text text={lead.company} />
          </Property>
          <Property name={columns.name}>
            <Text text={lead.name} />
          </Property>
          <Property name={columns.email} copied={lead.email}>
            <Text text={lead.email} />
          </Property>
          <Property name={columns.phone} copied={lead.phone}>
            <Text text={lead.phone} />
          </Property>
          <Property name={columns.source}>
            <Text text={lead.source} />
          </Property>
          <Property name={columns.value}>
            <MoneyCell minor={lead.valueMinor} currency={lead.currency} />
          </Property>
          <Property name={columns.fee}>
            <MoneyCell minor={lead.feeMinor} currency={lead.feeCurrency} />
          </Property>
          <Property name={columns.billing}>
            <Billing lead={lead} isOpen={links.invoices} />
          </Property>
          <Property name={columns.created}>
            <TimeCell at={lead.key.at} zone={zone} />
          </Property>
          <Property name={columns.contacted}>
            <TimeCell at={lead.contactedAt} zone={zone} />
          </Property>
          <Property name={columns.qualified}>
            <TimeCell at={lead.qualifiedAt} zone={zone} />
          </Property>
          <Property name={columns.converted}>
            <TimeCell at={lead.convertedAt} zone={zone} />
          </Property>
          {lead.disqualified && (
            <Property name={columns.disqualified}>
              <TimeCell at={lead.disqualified.at} zone={zone} /> <Text text={lead.disqualified.reason} />
            </Property>
          )}
        </Properties>
      </Section>
      <EntitySections detail={lead.entity} zone={zone} orgId={lead.org.id} subject={`lead/${lead.id}`} links={links} />
    </>
  );
}
