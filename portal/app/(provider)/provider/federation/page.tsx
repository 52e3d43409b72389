import type { Metadata } from 'next';
import { requireAccess } from '../../../../auth/current-staff.ts';
import { figures } from '../../../../components/list/figures.tsx';
import { orgFilter, wordFilter } from '../../../../components/list/list-filters.ts';
import { ListPage } from '../../../../components/list/list-page.tsx';
import { ListPanel } from '../../../../components/list/list-panel.tsx';
import { readView } from '../../../../components/list/list-view.ts';
import { presetWindow } from '../../../../lists/windows.ts';
import { keys } from '../../../../messages/en-keys.ts';
import { paths } from '../../../../paths.ts';
import { readHealth } from '../../../../services/provider/federation-health.service.ts';
import { keyDues, keysList, keyStates } from '../../../../services/provider/federation-keys-list.ts';
import { countDueKeys, getKey, listKeys } from '../../../../services/provider/federation-keys.service.ts';
import { listOrgNames } from '../../../../services/provider/orgs.service.ts';
import { KeyBadge, keyColumns } from './columns.tsx';
import { keyKpis } from './kpis.ts';
import { KeyPanel } from './panel.tsx';
import { FederationTabs } from './tabs.tsx';

export const metadata: Metadata = { title: keys.title };

export default async function Keys({ searchParams }: PageProps<'/provider/federation'>) {
  const staff = await requireAccess('federation');
  const view = await readView(keysList, paths.federation, searchParams, '24h');
  const { query, openId, at } = view;
  const summary = async () => {
    const [health, due] = await Promise.all([
      readHealth(staff, presetWindow('24h', at, query.zone)),
      countDueKeys(staff, query),
    ]);
    return { health, due };
  };
  const [list, detail, orgs, kpis] = await Promise.all([
    listKeys(staff, query),
    openId === undefined ? undefined : getKey(staff, openId),
    listOrgNames(staff, 'federation'),
    figures(summary(), keys.kpis, (read) => keyKpis(view, read)),
  ]);
  const { q, orgs: chosen, scopes, states, dues } = query.filters;
  return (
    <ListPage
      copy={keys}
      view={view}
      sortKey={keysList.sortKey}
      list={list}
      kpis={kpis}
      search={q}
      filters={[
        wordFilter('state', keys.columns.state, keyStates, keys.states, states),
        wordFilter('scope', keys.columns.scopes, ['events', 'usage'], keys.scopeNames, scopes),
        wordFilter('due', keys.columns.due, keyDues, keys.dues, dues),
        orgFilter(orgs, chosen),
      ]}
      columns={keyColumns}
      exportPath={paths.keysExport}
      tabs={<FederationTabs current="keys" />}
      panel={
        <ListPanel
          view={view}
          list={list}
          detail={detail}
          label={({ name, id }) => name ?? id}
          title={(key) => (
            <>
              <bdi className="truncate">{key.name ?? key.id}</bdi>
              <KeyBadge row={key} zone={query.zone} />
            </>
          )}
        >
          {(key) => <KeyPanel detail={key} zone={query.zone} at={at} />}
        </ListPanel>
      }
    />
  );
}
