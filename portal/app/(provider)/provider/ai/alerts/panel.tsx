import Link from 'next/link';
import { TimeCell } from '../../../../../components/list/cells.tsx';
import { AuditEntriesLink } from '../../../../../components/panel/audit-entries-link.tsx';
import { Properties, Property, Section } from '../../../../../components/panel/properties.tsx';
import { formatMonth } from '../../../../../format/times.ts';
import { ai, aiAlerts } from '../../../../../messages/en-ai.ts';
import { messages } from '../../../../../messages/en.ts';
import { aiOrgPath } from '../../../../../paths.ts';
import type { AiAlertRow } from '../../../../../services/provider/ai-alerts.service.ts';
import { LevelBadge, RunsOut, Used } from '../alert-columns.tsx';
import { ShownAcknowledged, ShownMuted } from '../shown-alert.tsx';

const { alertColumns: columns } = ai;

interface AlertPanelProps {
  readonly row: AiAlertRow;
  readonly zone: string;
  /** Whether the member may read what the audit log has of alerts. */
  readonly mayAudit: boolean;
}

export function AlertPanel({ row, zone, mayAudit }: AlertPanelProps) {
  const { key, org, month, level } = row;
  return (
    <>
      <Section title={messages.lists.properties}>
        <Properties>
          <Property name={messages.lists.organisation} copied={org.id}>
            <bdi>{org.name}</bdi>
          </Property>
          <Property name={aiAlerts.month}>
            <span className="num">{formatMonth(month)}</span>
          </Property>
          <Property name={columns.level}>
            <LevelBadge level={level} />
          </Property>
          <Property name={columns.used}>
            <span className="num">
              <Used row={row} />
            </span>
          </Property>
          <Property name={columns.exhausted}>
            <RunsOut row={row} zone={zone} />
          </Property>
          <Property name={columns.reached}>
            <TimeCell at={key.at} zone={zone} />
          </Property>
          <Property name={columns.notified}>
            <ShownMuted row={key.id} isMuted={row.isMuted}>
              <TimeCell at={row.notifiedAt} zone={zone} />
            </ShownMuted>
          </Property>
          <Property name={columns.acknowledged}>
            <ShownAcknowledged row={key.id}>
              <TimeCell at={row.acknowledgedAt} zone={zone} />{' '}
              {row.acknowledgedBy !== undefined && <bdi>{ai.acknowledgedBy(row.acknowledgedBy)}</bdi>}
            </ShownAcknowledged>
          </Property>
        </Properties>
      </Section>
      <ul className="flex flex-wrap gap-4">
        <li>
          <Link href={aiOrgPath(org.id)} className="text-accent-text hover:underline">
            {aiAlerts.orgPage}
          </Link>
        </li>
        {mayAudit && (
          <li>
            <AuditEntriesLink entity={`ai/${month}`} org={org.id} />
          </li>
        )}
      </ul>
    </>
  );
}
