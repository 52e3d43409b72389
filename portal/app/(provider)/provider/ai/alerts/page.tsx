import type { Metadata } from 'next';
import { can } from '../../../../../auth/access.ts';
import { requireAccess } from '../../../../../auth/current-staff.ts';
import { figures } from '../../../../../components/list/figures.tsx';
import { orgFilter, wordFilter } from '../../../../../components/list/list-filters.ts';
import { ListPage } from '../../../../../components/list/list-page.tsx';
import { ListPanel } from '../../../../../components/list/list-panel.tsx';
import { readView } from '../../../../../components/list/list-view.ts';
import { formatMonth } from '../../../../../format/times.ts';
import { ai, aiAlerts } from '../../../../../messages/en-ai.ts';
import { aiAlertMetrics } from '../../../../../metrics/usage.ts';
import { paths } from '../../../../../paths.ts';
import { getAiAlert, listAiAlerts, summarizeAiAlerts } from '../../../../../services/provider/ai-alerts.service.ts';
import type { AiAlertRow } from '../../../../../services/provider/ai-alerts.service.ts';
import { aiAlertsList, alertLevels, alertStates } from '../../../../../services/provider/ai-list.ts';
import type { AiAlertFilters } from '../../../../../services/provider/ai-list.ts';
import { namesOfOrgs } from '../../../../../services/provider/orgs.service.ts';
import type { ChosenOrgs } from '../../../../../services/provider/orgs.service.ts';
import { AlertBulk } from '../alert-bulk.tsx';
import { alertColumns, LevelBadge } from '../alert-columns.tsx';
import { AlertMenu } from '../alert-menu.tsx';
import { menuAlert } from '../menu-alert.ts';
import { AiTabs } from '../tabs.tsx';
import { alertKpis } from './kpis.ts';
import { AlertPanel } from './panel.tsx';
import { tried } from '../../../../../server/tried.ts';
import { triedPage } from '../../../../../services/provider/list-page.ts';

export const metadata: Metadata = { title: aiAlerts.title };

export default async function AiAlerts({ searchParams }: PageProps<'/provider/ai/alerts'>) {
  const staff = await requireAccess('ai');
  const mayLimit = can(staff, 'ai', 'limits');
  const view = await readView(aiAlertsList, paths.aiAlerts, searchParams, 'mtd');
  const { query, openId, window } = view;
  const [list, detail, orgs, kpis] = await Promise.all([
    triedPage(listAiAlerts(staff, query)),
    openId === undefined ? undefined : tried(getAiAlert(staff, openId)),
    namesOfOrgs(staff, 'ai', query.filters.orgs),
    figures(summarizeAiAlerts(staff, query, window), aiAlertMetrics, (summary) => alertKpis(view, summary)),
  ]);
  return (
    <ListPage
      copy={aiAlerts}
      view={view}
      sortKey={aiAlertsList.sortKey}
      list={list}
      kpis={kpis}
      tabs={<AiTabs current="alerts" />}
      search={query.filters.q}
      filters={filtersOf(query.filters, orgs)}
      columns={alertColumns}
      rowMenu={(row) => <AlertMenu mayLimit={mayLimit} alert={menuAlert(row)} />}
      bulk={{ label: nameOf, actions: mayLimit && <AlertBulk /> }}
      exportPath={paths.aiAlertsExport}
      panel={
        <ListPanel
          view={view}
          list={list}
          detail={detail}
          label={nameOf}
          title={(row) => (
            <>
              <bdi className="truncate">{row.org.name}</bdi>
              <LevelBadge level={row.level} />
            </>
          )}
          actions={(row) => <AlertMenu mayLimit={mayLimit} alert={menuAlert(row)} />}
        >
          {(row) => <AlertPanel row={row} zone={query.zone} mayAudit={view.links.entriesOf('ai')} />}
        </ListPanel>
      }
    />
  );
}

function nameOf({ org, level, month }: AiAlertRow): string {
  return ai.alertName(org.name, level, formatMonth(month));
}

function filtersOf({ levels, states, months, orgs: chosen }: AiAlertFilters, orgs: ChosenOrgs) {
  const levelNames = { 75: ai.level(75), 90: ai.level(90), 100: ai.level(100) };
  return [
    wordFilter('level', ai.alertColumns.level, alertLevels, levelNames, levels),
    wordFilter('state', aiAlerts.state, alertStates, aiAlerts.states, states),
    wordFilter('month', aiAlerts.month, ['running'], { running: aiAlerts.monthRunning }, months),
    orgFilter(orgs, chosen),
  ];
}
