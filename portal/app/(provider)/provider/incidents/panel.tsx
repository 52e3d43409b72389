import { TimeCell } from '../../../../components/list/cells.tsx';
import { EntitySections } from '../../../../components/panel/entity-sections.tsx';
import { Code, Properties, Property, Section, Text } from '../../../../components/panel/properties.tsx';
import { messages } from '../../../../messages/en.ts';
import { incidents } from '../../../../messages/en-incidents.ts';
import type { IncidentDetail } from '../../../../services/provider/incidents.service.ts';
import { Countdown, SeverityBadge } from './columns.tsx';

const { columns } = incidents;

interface IncidentPanelProps {
  readonly incident: IncidentDetail;
  readonly zone: string;
  readonly now: number;
  readonly hasLog: boolean;
}

export function IncidentPanel({ incident, zone, now, hasLog }: IncidentPanelProps) {
  return (
    <>
      <Section title={messages.lists.properties}>
        <Properties>
          <Property name={messages.lists.id} copied={incident.id}>
            <Code>{incident.id}</Code>
          </Property>
          <Property name={messages.lists.organisation} copied={incident.org.id}>
            <bdi>{incident.org.name}</bdi>
          </Property>
          {incident.severity && (
            <Property name={columns.severity}>
              <SeverityBadge severity={incident.severity} />
            </Property>
          )}
          <Property name={columns.sla}>
            <Countdown incident={incident} now={now} />
          </Property>
          <Property name={columns.opened}>
            <TimeCell at={incident.openedAt} zone={zone} />
          </Property>
          <Property name={columns.responseDue}>
            <TimeCell at={incident.responseDueAt} zone={zone} />
          </Property>
          <Property name={columns.resolutionDue}>
            <TimeCell at={incident.resolutionDueAt} zone={zone} />
          </Property>
          <Property name={columns.resolved}>
            <TimeCell at={incident.resolvedAt} zone={zone} />
          </Property>
          <Property name={columns.description}>
            <Text text={incident.description} />
          </Property>
          <Property name={columns.reason}>
            <Text text={incident.escalationReason} />
          </Property>
          <Property name={columns.cause}>
            <Text text={incident.resolutionText} />
          </Property>
          <Property name={incidents.slaRule}>{incidents.rule}</Property>
        </Properties>
      </Section>
      <EntitySections detail={incident.entity} zone={zone} subject={`incident/${incident.id}`} hasLog={hasLog} />
    </>
  );
}
