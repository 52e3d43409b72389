import type { Links } from '../../../../components/list/list-view.ts';
import { TimeCell } from '../../../../components/list/cells.tsx';
import { EntitySections } from '../../../../components/panel/entity-sections.tsx';
import { Code, Properties, Property, Section, Text } from '../../../../components/panel/properties.tsx';
import { StatusBadge } from '../../../../components/status-badge.tsx';
import type { Tone } from '../../../../components/status-badge.tsx';
import { formatBusinessHours } from '../../../../format/business-hours.ts';
import { dayOf, writeDay } from '../../../../lists/zones.ts';
import { messages } from '../../../../messages/en.ts';
import { incidents } from '../../../../messages/en-incidents.ts';
import type { IncidentDetail } from '../../../../services/provider/incidents.service.ts';
import { Countdown, SeverityBadge } from './columns.tsx';

const { columns } = incidents;

interface IncidentPanelProps {
  readonly incident: IncidentDetail;
  readonly zone: string;
  readonly now: number;
  readonly links: Links;
}

export function IncidentPanel({ incident, zone, now, links }: IncidentPanelProps) {
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
          <Property name={columns.assignee}>
            <Text text={incident.assignee?.name ?? incidents.nobody} />
          </Property>
          <Property name={columns.level}>
            {incident.level === undefined ? <Text text={undefined} /> : incidents.levelOf(incident.level)}
          </Property>
          <Clocks incident={incident} zone={zone} now={now} />
          <Property name={columns.description}>
            <Text text={incident.description} />
          </Property>
          <Property name={columns.reason}>
            <Text text={incident.escalationReason} />
          </Property>
          <Property name={columns.cause}>
            <Text text={incident.resolutionText} />
          </Property>
        </Properties>
      </Section>
      <p className="text-caption text-fg-2">{incidents.together}</p>
      <EntitySections
        detail={incident.entity}
        zone={zone}
        orgId={incident.org.id}
        subject={`incident/${incident.id}`}
        links={links}
      />
    </>
  );
}

const responseTones = { running: 'plain', met: 'ok', breached: 'bad' } as const satisfies Record<string, Tone>;

function Clocks({ incident, zone, now }: Pick<IncidentPanelProps, 'incident' | 'zone' | 'now'>) {
  const { response, acknowledgedAt, acknowledgedBy } = incident;
  const hours = incident.hours && formatBusinessHours(incident.hours, writeDay(dayOf(now, incident.hours.timeZone)));
  return (
    <>
      <Property name={columns.sla}>
        <Countdown incident={incident} now={now} zone={zone} />
      </Property>
      {response && (
        <Property name={columns.response}>
          <StatusBadge tone={responseTones[response]} label={incidents.responses[response]} />
        </Property>
      )}
      <Property name={columns.opened}>
        <TimeCell at={incident.openedAt} zone={zone} />
      </Property>
      <Property name={columns.acknowledged}>
        <TimeCell at={acknowledgedAt} zone={zone} />{' '}
        {acknowledgedBy !== undefined && <bdi>{incidents.acknowledgedBy(acknowledgedBy)}</bdi>}
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
      <Property name={incidents.hours}>
        <span className="num">{hours ?? incidents.alwaysOpen}</span>
      </Property>
      <Property name={incidents.slaRule}>{incidents.rule(hours !== undefined)}</Property>
    </>
  );
}
