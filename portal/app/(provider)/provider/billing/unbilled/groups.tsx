import Link from 'next/link';
import { Card } from '../../../../../components/card.tsx';
import { MoneyCell } from '../../../../../components/list/cells.tsx';
import { changed } from '../../../../../components/list/list-view.ts';
import type { ListView } from '../../../../../components/list/list-view.ts';
import { formatCount } from '../../../../../format/numbers.ts';
import { unbilled } from '../../../../../messages/en-receivables.ts';
import { messages } from '../../../../../messages/en.ts';
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
      <div
        className="table-frame overflow-x-auto rounded-b-card"
        tabIndex={0}
        role="region"
        aria-label={unbilled.byOrg}
      >
        <table className="data-table">
          <thead>
            <tr>
              <th scope="col">{messages.lists.organisation}</th>
              <th scope="col" className="text-right!">
                {unbilled.leads}
              </th>
              <th scope="col" className="text-right!">
                {unbilled.fees}
              </th>
            </tr>
          </thead>
          <tbody>
            {groups.map(({ org, currency, leads, minor }) => (
              <tr key={`${org.id} ${currency ?? ''}`}>
                <td>
                  <Link
                    href={changed(view, { org: org.id })}
                    prefetch={false}
                    className="hover:underline"
                    title={org.id}
                  >
                    <bdi>{org.name}</bdi>
                  </Link>
                </td>
                <td className="num text-right">{formatCount(leads)}</td>
                <td className="num text-right">
                  {minor === undefined ? (
                    <span className="text-fg-3">{unbilled.noFee}</span>
                  ) : (
                    <MoneyCell minor={minor} currency={currency} />
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
