import type { ReactNode } from 'react';
import type { Failed } from '../../../../server/tried.ts';
import { ListPanel } from '../../../../components/list/list-panel.tsx';
import type { ListView } from '../../../../components/list/list-view.ts';
import type { IncidentRow } from '../../../../services/provider/incidents-source.ts';
import type { IncidentDetail } from '../../../../services/provider/incidents.service.ts';
import type { Page } from '../../../../services/provider/list-page.ts';
import { IncidentTitle } from './columns.tsx';
import { IncidentPanel } from './panel.tsx';

interface IncidentListPanelProps<F> {
  readonly view: ListView<F>;
  readonly list: Page<IncidentRow>;
  readonly detail: IncidentDetail | Failed | undefined;
  readonly menuOf: (row: IncidentRow) => ReactNode;
}

/** The open incident of a list of incidents. */
export function IncidentListPanel<F>({ view, list, detail, menuOf }: IncidentListPanelProps<F>) {
  return (
    <ListPanel
      view={view}
      list={list}
      detail={detail}
      actions={menuOf}
      label={(row) => row.title ?? row.id}
      title={(row) => <IncidentTitle incident={row} />}
    >
      {(row) => <IncidentPanel incident={row} zone={view.query.zone} now={view.at} links={view.links} />}
    </ListPanel>
  );
}
