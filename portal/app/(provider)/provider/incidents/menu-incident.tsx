import { entriesHref } from '../../../../components/panel/audit-entries-link.tsx';
import type { IncidentRow } from '../../../../services/provider/incidents-source.ts';
import type { Person } from './incident-dialogs.tsx';
import { IncidentMenu } from './incident-menu.tsx';

interface MenuOfProps {
  readonly incident: IncidentRow;
  readonly mayHandle: boolean;
  readonly people: readonly Person[];
  /** Whether the member may read what the audit log has of it. */
  readonly mayAudit: boolean;
}

/** The menu of a row, and of its panel. */
export function MenuOf({ incident, mayHandle, people, mayAudit }: MenuOfProps) {
  const { key, id, org, title, revision, state, acknowledgedAt, level, assignee } = incident;
  return (
    <IncidentMenu
      incident={{
        row: key.id,
        id,
        label: title ?? id,
        revision,
        isResolved: state === 'resolved',
        isAcknowledged: acknowledgedAt !== undefined,
        level: level ?? 0,
        assignee: assignee?.id ?? null,
      }}
      mayHandle={mayHandle}
      people={people}
      auditHref={mayAudit ? entriesHref({ entity: `incident/${id}`, org: org.id }) : undefined}
    />
  );
}
