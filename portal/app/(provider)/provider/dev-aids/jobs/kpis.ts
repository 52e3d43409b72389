import type { Kpi } from '../../../../../components/kpi/kpi.ts';
import type { ListView } from '../../../../../components/list/list-view.ts';
import { formatCount, formatShare } from '../../../../../format/numbers.ts';
import { changeParams, listHref } from '../../../../../lists/list-href.ts';
import { jobs } from '../../../../../messages/en-dev-aids.ts';
import type { JobFilters } from '../../../../../services/provider/jobs-list.ts';
import type { JobsSummary } from '../../../../../services/provider/jobs.service.ts';

export function jobKpis(view: ListView<JobFilters>, summary: JobsSummary): readonly Kpi[] {
  const { slots, notDone, partial, failedOrgs, running } = summary;
  const { kpis } = jobs;
  const opening = (params: URLSearchParams, status: string | undefined) =>
    listHref(view.path, changeParams(params, { status }));
  return [
    {
      id: 'slots',
      ...kpis.slots,
      value: formatCount(slots),
      count: slots,
      note: '',
      href: opening(view.windowed, undefined),
    },
    {
      id: 'notDone',
      ...kpis.notDone,
      value: formatCount(notDone),
      count: notDone,
      note: jobs.ofSlots(formatShare(notDone, slots)),
      href: opening(view.windowed, 'failed,partial'),
    },
    {
      id: 'failedOrgs',
      ...kpis.failedOrgs,
      value: formatCount(failedOrgs),
      count: partial,
      note: jobs.inSlots(formatCount(partial)),
      href: opening(view.windowed, 'partial'),
    },
    {
      id: 'running',
      ...kpis.running,
      value: formatCount(running),
      count: running,
      note: '',
      href: opening(changeParams(view.params, { from: undefined, to: undefined }), 'running'),
    },
  ];
}
