import type { Kpi } from '../../../../components/kpi/kpi.ts';
import { figureKpi } from '../../../../components/list/figure-kpi.ts';
import type { ListView } from '../../../../components/list/list-view.ts';
import { formatCount, formatShare, nothing } from '../../../../format/numbers.ts';
import { formatInstant } from '../../../../format/times.ts';
import { audit } from '../../../../messages/en-audit.ts';
import { badOutcomes } from '../../../../services/provider/audit-list.ts';
import type { AuditFilters } from '../../../../services/provider/audit-list.ts';
import type { AuditSummary } from '../../../../services/provider/audit.service.ts';

export function auditKpis(view: ListView<AuditFilters>, summary: AuditSummary): readonly Kpi[] {
  const { entries, bad, byPeople, broken, verifiedAt } = summary;
  const { kpis } = audit;
  return [
    figureKpi(view, { id: 'entries', copy: kpis.entries, figure: entries, changes: {}, isWindowed: true }),
    figureKpi(view, {
      id: 'bad',
      copy: kpis.bad,
      figure: bad,
      changes: { outcome: badOutcomes.join(',') },
      isWindowed: true,
      goodDirection: 'down',
      note: audit.ofEntries(formatShare(bad.count, entries.count)),
    }),
    figureKpi(view, {
      id: 'byPeople',
      copy: kpis.byPeople,
      figure: byPeople,
      changes: { actorType: 'staff,operator' },
      isWindowed: true,
      note: audit.ofEntries(formatShare(byPeople.count, entries.count)),
    }),
    {
      ...figureKpi(view, {
        id: 'verified',
        copy: kpis.verified,
        figure: broken,
        changes: { action: 'invariant.broken' },
        isWindowed: false,
        note: noteOf(summary),
      }),
      value: verifiedAt === undefined ? nothing : formatInstant(verifiedAt, view.query.zone, 'minute'),
    },
  ];
}

function noteOf({ broken, verifiedAt }: AuditSummary) {
  if (broken.count > 0) return audit.broken(formatCount(broken.count));
  return verifiedAt === undefined ? audit.neverVerified : audit.noneBroken;
}
