import type { Kpi } from '../../../../components/kpi/kpi.ts';
import { figureKpi } from '../../../../components/list/figure-kpi.ts';
import type { ListView } from '../../../../components/list/list-view.ts';
import { formatCount, formatShare } from '../../../../format/numbers.ts';
import { formatDuration } from '../../../../format/times.ts';
import { listHref } from '../../../../lists/list-href.ts';
import { messages } from '../../../../messages/en.ts';
import { keys } from '../../../../messages/en-keys.ts';
import { paths } from '../../../../paths.ts';
import { keyDues } from '../../../../services/provider/federation-keys-list.ts';
import type { KeyFilters } from '../../../../services/provider/federation-keys-list.ts';
import type { FederationHealth } from '../../../../services/provider/federation-health.service.ts';
import type { Figure } from '../../../../services/provider/federation.service.ts';
import type { ListFigure } from '../../../../services/provider/list-figures.ts';

export interface KeysSummary {
  readonly health: FederationHealth;
  readonly due: ListFigure;
}

/** How the gateway fared in the last 24 hours, and the keys that somebody should look at. */
export function keyKpis(view: ListView<KeyFilters>, { health, due }: KeysSummary): readonly Kpi[] {
  const { kpis } = keys;
  const { log, firstTime, p95Ms, codes } = health;
  return [
    {
      id: 'deliveries',
      ...kpis.deliveries,
      ...countOf(log.accepted),
      note: keys.success(formatShare(firstTime.good, firstTime.all)),
      goodDirection: 'up',
      href: logHref('accepted,applied,rejected'),
    },
    {
      id: 'p95',
      ...kpis.p95,
      value: formatDuration(p95Ms),
      count: log.applied.value + log.rejected.value,
      note: keys.newest,
      href: logHref('applied,rejected'),
    },
    {
      id: 'refused',
      ...kpis.refused,
      ...countOf(log.refused),
      note:
        codes
          .slice(0, 2)
          .map(({ name, count }) => `${name} ${formatCount(count)}`)
          .join(' · ') || keys.noRefusals,
      goodDirection: 'down',
      href: logHref('refused'),
    },
    figureKpi(view, {
      id: 'due',
      copy: kpis.due,
      figure: due,
      changes: { due: keyDues.join(',') },
      isWindowed: false,
      note: keys.dueNote,
    }),
  ];
}

function countOf({ value, previous, parts }: Figure): Pick<Kpi, 'value' | 'change' | 'parts'> {
  const span = messages.lists.previousSpans['24h'];
  return { value: formatCount(value), change: { value, previous, previousText: formatCount(previous), span }, parts };
}

function logHref(result: string) {
  return listHref(paths.deliveryLog, new URLSearchParams({ result, from: '24h' }));
}
