import type { AiAlertRow } from '../../../../services/provider/ai-alerts.service.ts';
import type { MenuAlert } from './alert-menu.tsx';

export function menuAlert({ key, org, level, standing, ...row }: AiAlertRow): MenuAlert {
  return {
    key: key.id,
    orgId: org.id,
    orgName: org.name,
    level,
    limit: standing?.limit,
    isRunning: row.isRunning,
    isAcknowledged: row.acknowledgedAt !== undefined,
    isMuted: row.isMuted,
  };
}
