import type { Metadata } from 'next';
import { requireAccess } from '../../../../../auth/current-staff.ts';
import { figures } from '../../../../../components/list/figures.tsx';
import { orgFilter, wordFilter } from '../../../../../components/list/list-filters.ts';
import { ListPage } from '../../../../../components/list/list-page.tsx';
import { ListPanel } from '../../../../../components/list/list-panel.tsx';
import { readView } from '../../../../../components/list/list-view.ts';
import type { ListView } from '../../../../../components/list/list-view.ts';
import type { Staff } from '../../../../../auth/session.ts';
import type { KeyFilters } from '../../../../../services/provider/federation-keys-list.ts';
import { presetWindow } from '../../../../../lists/windows.ts';
import { keys } from '../../../../../messages/en-keys.ts';
import { keyMetrics } from '../../../../../metrics/operations.ts';
import { paths } from '../../../../../paths.ts';
import { readHealth } from '../../../../../services/provider/federation-health.service.ts';
import { keyDues, keysList, keyStates } from '../../../../../services/provider/federation-keys-list.ts';
import { getKey, listKeys, readDueKeys } from '../../../../../services/provider/federation-keys.service.ts';
import { namesOfOrgs } from '../../../../../services/provider/orgs.service.ts';
import type { KeyRow } from '../../../../../services/provider/federation-keys.service.ts';
import { keyring } from '../../../../../server/keyring.ts';
import { KeyBadge, keyColumns } from '../columns.tsx';
import { KeyDialogs } from '../key-dialogs.tsx';
import type { NamedKey } from '../key-dialogs.tsx';
import { CreateKeyButton, KeyActions, KeyMenu } from '../key-menu.tsx';
import { keyKpis } from '../kpis.ts';
import { KeyPanel } from '../panel.tsx';
import { FederationTabs } from '../tabs.tsx';
import { tried } from '../../../../../server/tried.ts';
import { triedPage } from '../../../../../services/provider/list-page.ts';

export const metadata: Metadata = { title: keys.title };

export default async function Keys({ searchParams }: PageProps<'/provider/federation'>) {
  const staff = await requireAccess('federation');
  const view = await readView(keysList, paths.federation, searchParams, '24h');
  const { query, openId, at } = view;
  const [list, detail, orgs, kpis] = await Promise.all([
    triedPage(listKeys(staff, query)),
    openId === undefined ? undefined : tried(getKey(staff, openId)),
    namesOfOrgs(staff, 'federation', query.filters.orgs),
    figures(summarize(staff, view), keyMetrics, (read) => keyKpis(view, read)),
  ]);
  const { q, orgs: chosen, scopes, states, dues } = query.filters;
  const withoutRing = keyring() ? undefined : keys.noRing;
  const menuOf = (row: KeyRow) => ({ of: named(row), state: row.state, withoutRing });
  return (
    <KeyDialogs zone={query.zone}>
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
        actions={<CreateKeyButton withoutRing={withoutRing} />}
        rowMenu={(row) => <KeyMenu {...menuOf(row)} />}
        bulk={{ label: ({ name, id }) => name ?? id }}
        exportPath={paths.keysExport}
        emptyAction={<CreateKeyButton withoutRing={withoutRing} />}
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
            {(key) => (
              <KeyPanel detail={key} zone={query.zone} at={at}>
                <KeyActions {...menuOf(key)} />
              </KeyPanel>
            )}
          </ListPanel>
        }
      />
    </KeyDialogs>
  );
}

async function summarize(staff: Staff, { query, at }: ListView<KeyFilters>) {
  const [health, keys] = await Promise.all([
    readHealth(staff, presetWindow('24h', at, query.zone)),
    readDueKeys(staff, query),
  ]);
  return { health, keys };
}

/** What the browser needs to know of a key. */
function named({ id, name }: KeyRow): NamedKey {
  return { id, name };
}
