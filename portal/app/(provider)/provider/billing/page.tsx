import type { Metadata } from 'next';
import { streams } from '#domain/billing/streams';
import { requireAccess } from '../../../../auth/current-staff.ts';
import { CardSkeleton } from '../../../../components/card.tsx';
import { part } from '../../../../components/part.tsx';
import { SectionBoundary } from '../../../../components/section-error.tsx';
import { figures } from '../../../../components/list/figures.tsx';
import { orgFilter, valueFilter, wordFilter } from '../../../../components/list/list-filters.ts';
import { ListPage } from '../../../../components/list/list-page.tsx';
import { ListPanel } from '../../../../components/list/list-panel.tsx';
import { readView } from '../../../../components/list/list-view.ts';
import { billing, reconciliation } from '../../../../messages/en-billing.ts';
import { billingMetrics } from '../../../../metrics/billing.ts';
import { paths } from '../../../../paths.ts';
import { reconciliationList } from '../../../../services/provider/billing-lists.ts';
import {
  getCell,
  listCells,
  readMatrix,
  readReconciledThrough,
} from '../../../../services/provider/billing-reconciliation.ts';
import type { CellRow } from '../../../../services/provider/billing-reconciliation.ts';
import { listCurrencies, summarizeBilling } from '../../../../services/provider/billing.service.ts';
import { namesOfOrgs } from '../../../../services/provider/orgs.service.ts';
import { monthOf, reconciliationColumns } from './columns.tsx';
import { billingKpis } from './kpis.ts';
import { Matrix } from './matrix.tsx';
import { CellPanel } from './panel.tsx';
import { BillingTabs } from './tabs.tsx';
import { offered, tried } from '../../../../server/tried.ts';
import { triedPage } from '../../../../services/provider/list-page.ts';

export const metadata: Metadata = { title: reconciliation.title };

export default async function Reconciliation({ searchParams }: PageProps<'/provider/billing'>) {
  const staff = await requireAccess('billing');
  const view = await readView(reconciliationList, paths.billing, searchParams, '30d');
  const { query, openId, window } = view;
  const { q, orgs: chosen, streams: chosenStreams, currencies, gaps } = query.filters;
  const [list, detail, matrix, orgs, known, kpis] = await Promise.all([
    triedPage(listCells(staff, query)),
    openId === undefined ? undefined : tried(getCell(staff, openId)),
    part(
      Promise.all([readMatrix(staff, query), readReconciledThrough(staff)]),
      <CardSkeleton />,
      ([cells, through]) => <Matrix view={view} matrix={cells} through={through} />,
    ),
    namesOfOrgs(staff, 'billing', chosen),
    offered(listCurrencies(staff)),
    figures(summarizeBilling(staff, chosen, window), billingMetrics, (summary) => billingKpis(view, summary)),
  ]);
  const isOnlyGaps = gaps.length > 0 && list.rows.length === 0;
  return (
    <ListPage
      copy={isOnlyGaps ? { ...reconciliation, noMatch: reconciliation.noGaps } : reconciliation}
      view={view}
      sortKey={reconciliationList.sortKey}
      list={list}
      kpis={kpis}
      tabs={<BillingTabs current="reconciliation" />}
      search={q}
      filters={[
        wordFilter('gaps', reconciliation.gaps, ['only'], { only: reconciliation.gapsOnly }, gaps),
        wordFilter('stream', reconciliation.columns.stream, streams, billing.streams, chosenStreams),
        orgFilter(orgs, chosen),
        valueFilter('currency', billing.currency, known, currencies),
      ]}
      columns={reconciliationColumns}
      bulk={{ label: cellName }}
      exportPath={paths.billingExport}
      panel={
        <ListPanel
          view={view}
          list={list}
          detail={detail}
          label={cellName}
          title={(cell) => (
            <bdi className="truncate">
              {cell.org.name} · {billing.streams[cell.stream]} · {monthOf(cell.key.at)}
            </bdi>
          )}
        >
          {(cell) => <CellPanel cell={cell} />}
        </ListPanel>
      }
    >
      <SectionBoundary label={reconciliation.matrix}>{matrix}</SectionBoundary>
    </ListPage>
  );
}

function cellName({ org, stream, key }: CellRow): string {
  return `${org.name}, ${billing.streams[stream]}, ${monthOf(key.at)}`;
}
