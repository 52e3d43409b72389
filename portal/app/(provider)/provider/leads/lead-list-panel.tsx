import type { Failed } from '../../../../server/tried.ts';
import { ListPanel } from '../../../../components/list/list-panel.tsx';
import type { ListView } from '../../../../components/list/list-view.ts';
import type { LeadDetail, LeadRow } from '../../../../services/provider/leads.service.ts';
import type { Page } from '../../../../services/provider/list-page.ts';
import { leadName, shownStatus } from './columns.tsx';
import { LeadBadge } from './lead-badge.tsx';
import type { LeadRights } from './lead-items.ts';
import { LeadMenu } from './lead-menu.tsx';
import { menuLead } from './menu-lead.ts';
import { LeadPanel } from './panel.tsx';

interface LeadListPanelProps<F> {
  readonly view: ListView<F>;
  readonly list: Page<LeadRow>;
  readonly detail: LeadDetail | Failed | undefined;
  readonly rights: LeadRights;
}

/** The open lead of a list of leads. */
export function LeadListPanel<F>({ view, list, detail, rights }: LeadListPanelProps<F>) {
  return (
    <ListPanel
      view={view}
      list={list}
      detail={detail}
      label={leadName}
      actions={(lead) => <LeadMenu lead={menuLead(lead)} rights={rights} />}
      title={(lead) => (
        <>
          <bdi className="truncate">{leadName(lead)}</bdi>
          <LeadBadge status={shownStatus(lead)} />
        </>
      )}
    >
      {(lead) => <LeadPanel lead={lead} zone={view.query.zone} links={view.links} />}
    </ListPanel>
  );
}
