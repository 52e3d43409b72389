import { countsCompared } from '../../../../components/kpi/compared.ts';
import type { Kpi } from '../../../../components/kpi/kpi.ts';
import { figureKpi, spanOf } from '../../../../components/list/figure-kpi.ts';
import type { ListView } from '../../../../components/list/list-view.ts';
import { formatCount, formatShare, nothing } from '../../../../format/numbers.ts';
import { formatInstant } from '../../../../format/times.ts';
import { audit } from '../../../../messages/en-audit.ts';
import { auditMetrics } from '../../../../metrics/operations.ts';
import type { AuditFilters } from '../../../../services/provider/audit-list.ts';
import type { AuditSummary } from '../../../../services/provider/audit.service.ts';

export function auditKpis(view: ListView<AuditFilters>, summary: AuditSummary): readonly Kpi[] {
  const { entries, bad, byPeople, people, broken, verifiedAt } = summary;
  const active = figureKpi(view, auditMetrics.byPeople, byPeople, {
    value: formatCount(people.now),
    note: audit.entriesOfPeople(formatCount(byPeople.count)),
  });
  const share = (count: number) => audit.ofEntries(formatShare(count, entries.count));
  return [
    figureKpi(view, auditMetrics.entries, entries),
    figureKpi(view, auditMetrics.bad, bad, { note: share(bad.count) }),
    {
      ...active,
      change: countsCompared(people.now, people.before, spanOf(view)),
      parts: people.parts,
    },
    figureKpi(view, auditMetrics.verified, broken, {
      value: verifiedAt === undefined ? nothing : formatInstant(verifiedAt, view.query.zone, 'minute'),
      note: noteOf(summary),
    }),
  ];
}

function noteOf({ broken, verifiedAt }: AuditSummary) {
  if (broken.count > 0) return audit.broken(formatCount(broken.count));
  return verifiedAt === undefined ? audit.neverVerified : audit.noneBroken;
}
