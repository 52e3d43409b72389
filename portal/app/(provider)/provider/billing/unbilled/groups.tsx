import Link from 'next/link';
import { Card } from '../../../../../components/card.tsx';
import { MoneyCell } from '../../../../../components/list/cells.tsx';
import { changed } from '../../../../../components/list/list-view.ts';
import type { ListView } from '../../../../../components/list/list-view.ts';
import { formatCount } from '../../../../../format/numbers.ts';
import { unbilled } from '../../../../../messages/en-receivables.ts';
import type { UnbilledFilters } from '../../../../../services/provider/billing-lists.ts';
import type { UnbilledOrg } from '../../../../../services/provider/billing.service.ts';

interface GroupsProps {
  readonly view: ListView<UnbilledFilters>;
  readonly groups: readonly UnbilledOrg[];
}

/** How many leads of which organisation no invoice has, and what their fees come to in each currency. */
export function Groups({ view, groups }: GroupsProps) {
  if (groups.length === 0) return null;
  return (
    <Card title={unbilled.byOrg}>
      <ul className="grid gap-x-8 px-4 pb-3 sm:grid-cols-2 xl:grid-cols-3">
        {groups.map(({ org, currency, leads, minor }) => (
          <li key={`${org.id} ${currency ?? ''}`} className="flex h-9 items-center gap-3 border-t border-line">
            <Link
              href={changed(view, { org: org.id })}
              prefetch={false}
              className="min-w-0 flex-1 truncate hover:underline"
              title={`${org.name} (${org.id})`}
            >
              <bdi>{org.name}</bdi>
            </Link>
            <span className="num text-fg-2">{unbilled.leads(formatCount(leads))}</span>
            <span className="min-w-28 flex-none text-right">
              {minor === undefined ? (
                <span className="text-fg-3">{unbilled.noFee}</span>
              ) : (
                <MoneyCell minor={minor} currency={currency} />
              )}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
