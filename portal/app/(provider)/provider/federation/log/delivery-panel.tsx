import type { Route } from 'next';
import Link from 'next/link';
import type { PageId } from '../../../../../auth/access.ts';
import { routeName } from '../../../../../components/deliveries/route-name.ts';
import { NoDetail } from '../../../../../components/list/list-panel.tsx';
import { objectHref } from '../../../../../components/panel/object-href.ts';
import { Code, Named, Properties, Property } from '../../../../../components/panel/properties.tsx';
import { RowPage } from '../../../../../components/panel/row-page.tsx';
import { Sheet } from '../../../../../components/panel/sheet.tsx';
import { ResultBadge } from '../../../../../components/result-badge.tsx';
import { Time } from '../../../../../components/time.tsx';
import { formatDuration } from '../../../../../format/times.ts';
import { listHref, wholeHref } from '../../../../../lists/list-href.ts';
import { messages } from '../../../../../messages/en.ts';
import { paths } from '../../../../../paths.ts';
import { Failed } from '../../../../../server/tried.ts';
import type { DeliveriesQuery } from '../../../../../services/provider/deliveries-query.ts';
import type { DeliveryDetail } from '../../../../../services/provider/delivery-detail.ts';
import type { DeliveryRow } from '../../../../../services/provider/delivery-row.ts';
import type { Page } from '../../../../../services/provider/list-page.ts';
import { AttemptsTab } from './attempts-tab.tsx';
import { ReplayButton } from './delivery-menu.tsx';
import { namedDelivery } from './named-delivery.ts';
import { EffectTab } from './effect-tab.tsx';
import { RequestTab } from './request-tab.tsx';
import { ResponseTab } from './response-tab.tsx';
import { rowHref } from './row-href.ts';
import { VerificationTab } from './verification-tab.tsx';

const tabs = ['request', 'verification', 'response', 'attempts', 'effect'] as const;
export type DeliveryTab = (typeof tabs)[number];

interface DeliveryPanelProps {
  readonly query: DeliveriesQuery;
  readonly params: URLSearchParams;
  readonly list: Page<DeliveryRow>;
  readonly id: string;
  readonly detail: DeliveryDetail | Failed | undefined;
  readonly tab: string | undefined;
  readonly maySee: (page: PageId) => boolean;
  /** Without its list. */
  readonly isWhole: boolean;
}

const { delivery } = messages;

/** One delivery, beside the list that it was opened from or as a page of its own. */
export function DeliveryPanel(props: DeliveryPanelProps) {
  const { query, params, list, id, detail: read, tab: asked, maySee, isWhole } = props;
  const detail = read instanceof Failed ? undefined : read;
  const missing = read instanceof Failed ? messages.lists.notRead : delivery.gone;
  const at = list.rows.findIndex((row) => row.id === id);
  const neighbour = (row: DeliveryRow | undefined) => row && rowHref(query, params, row.id, asked);
  const tab = tabs.find((one) => one === asked) ?? (detail?.row.result === 'refused' ? 'verification' : 'effect');
  const hrefOfTab = (name: DeliveryTab) => rowHref(query, params, id, name);
  const shared = {
    title: detail ? <Title row={detail.row} /> : missing,
    closeHref: rowHref(query, params, undefined),
    children: detail ? (
      <Detail
        detail={detail}
        tab={tab}
        zone={query.zone}
        tabHref={(name) => (isWhole ? wholeHref(hrefOfTab(name)) : hrefOfTab(name))}
        rowHref={(row) => rowHref(query, params, row)}
        hrefOf={(subject, org) => objectHref(subject, org, maySee)}
      />
    ) : (
      <NoDetail read={read} title={missing} text={delivery.goneText} />
    ),
  };
  if (isWhole) return <RowPage {...shared} />;
  return (
    <Sheet
      {...shared}
      label={
        detail
          ? `${detail.row.type ?? routeName(detail.row.route)}, ${messages.deliveries.results[detail.row.result]}`
          : missing
      }
      previousHref={neighbour(at > 0 ? list.rows[at - 1] : undefined)}
      nextHref={neighbour(at >= 0 ? list.rows[at + 1] : undefined)}
      rowId={id}
    />
  );
}

function Title({ row }: { readonly row: DeliveryRow }) {
  return (
    <>
      <span className="truncate">{row.type ?? routeName(row.route)}</span>
      <ResultBadge result={row.result} />
    </>
  );
}

interface DetailProps {
  readonly detail: DeliveryDetail;
  readonly tab: DeliveryTab;
  readonly zone: string;
  readonly tabHref: (tab: DeliveryTab) => Route;
  readonly rowHref: (row: string) => Route;
  /** Where a thing is, named as `kind/id`. */
  readonly hrefOf: (subject: string, org: string) => Route | undefined;
}

function Detail({ tabHref, ...told }: DetailProps) {
  const { detail, tab, zone, hrefOf } = told;
  return (
    <>
      <div className="flex flex-col items-start gap-3 px-5 pt-4 pb-4">
        <ReplayButton of={namedDelivery(detail.row)} />
        <Summary detail={detail} zone={zone} hrefOf={hrefOf} />
      </div>
      <nav aria-label={delivery.properties} className="sticky top-12 z-10 border-b border-line bg-surface px-3">
        <ul className="flex overflow-x-auto sm:gap-1">
          {tabs.map((name) => (
            <li key={name}>
              <Link
                href={tabHref(name)}
                replace
                scroll={false}
                prefetch={false}
                aria-current={name === tab ? 'true' : undefined}
                className={`flex h-9 items-center border-b-2 px-1 whitespace-nowrap sm:px-2 ${name === tab ? 'border-accent font-medium text-fg' : 'border-transparent text-fg-2 hover:text-fg'}`}
              >
                {delivery.tabs[name]}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <div className="flex flex-col gap-6 p-5">
        <TabBody {...told} />
      </div>
    </>
  );
}

function TabBody({ detail, tab, zone, rowHref: openRow, hrefOf }: Omit<DetailProps, 'tabHref'>) {
  switch (tab) {
    case 'request':
      return <RequestTab detail={detail} />;
    case 'verification':
      return <VerificationTab detail={detail} />;
    case 'response':
      return <ResponseTab detail={detail} />;
    case 'attempts':
      return <AttemptsTab detail={detail} zone={zone} rowHref={openRow} />;
    case 'effect':
      return <EffectTab detail={detail} zone={zone} rowHref={openRow} hrefOf={hrefOf} />;
  }
}

function Summary({ detail, zone, hrefOf }: Pick<DetailProps, 'detail' | 'zone' | 'hrefOf'>) {
  const { row } = detail;
  return (
    <Properties>
      <Property name={delivery.received}>
        <Time at={row.at} zone={zone} style="exact" hasZone />
      </Property>
      {row.org && (
        <Property name={delivery.organisation} copied={row.org.id}>
          <bdi>{row.org.name}</bdi> {row.org.name !== row.org.id && <Code>{row.org.id}</Code>}
        </Property>
      )}
      {row.eventId !== undefined && (
        <Property name={delivery.eventId} copied={row.eventId}>
          <Code>{row.eventId}</Code>
        </Property>
      )}
      {row.idempotencyKey !== undefined && (
        <Property name={delivery.idempotencyKey} copied={row.idempotencyKey}>
          <Code>{row.idempotencyKey}</Code>
        </Property>
      )}
      <Property name={delivery.requestId} copied={detail.requestId}>
        <Code>{detail.requestId}</Code>
      </Property>
      {row.keyId !== undefined && (
        <Property name={delivery.keyId} copied={row.keyId}>
          <Named
            href={
              row.org
                ? hrefOf(`federation_key/${row.keyId}`, row.org.id)
                : // Nobody proved whose it is, and there may be none of that id.
                  listHref(paths.federation, new URLSearchParams({ q: row.keyId }))
            }
          >
            {row.keyId}
          </Named>
        </Property>
      )}
      <Property name={delivery.address} copied={detail.addressPrefix}>
        <Code>{detail.addressPrefix}</Code>
      </Property>
      <Property name={delivery.took}>
        <span className="num">{formatDuration(row.tookMs)}</span>
      </Property>
    </Properties>
  );
}
