import Link from 'next/link';
import { Time } from '../../../../components/time.tsx';
import { formatMoney } from '../../../../format/numbers.ts';
import { formatInstant } from '../../../../format/times.ts';
import { dashboard } from '../../../../messages/en-dashboard.ts';
import type { Attention } from '../../../../services/provider/attention.service.ts';

/** Each with its reason; the row is the link to where it is settled. */
export function AttentionList({ rows, zone }: { readonly rows: readonly Attention[]; readonly zone: string }) {
  if (rows.length === 0) return <p className="px-4 pb-4 text-fg-2">{dashboard.attentionNone}</p>;
  return (
    <ul className="flex flex-col px-2 pb-2">
      {rows.map(({ kind, subject, org, money, at, href }) => (
        <li key={href + kind + subject}>
          <Link href={href} prefetch={false} className="flex items-start gap-3 rounded-nav px-2 py-1.5 hover:bg-hover">
            <span
              aria-hidden="true"
              className={`mt-[7px] size-1.5 flex-none rounded-full ${kind === 'key' ? 'bg-warn-solid' : 'bg-bad-solid'}`}
            />
            <span className="min-w-0 flex-1">
              <span className="line-clamp-2 break-words">{dashboard.attentions[kind](subject)}</span>
              <span className="num line-clamp-2 text-caption break-words text-fg-3">
                {org && (
                  <>
                    <bdi>{org}</bdi> ·{' '}
                  </>
                )}
                {/* A gap is of a billing month, which is the organisation's own. */}
                {kind === 'gap' ? formatInstant(at, 'UTC', 'month') : <Time at={at} zone={zone} style="minute" />}
              </span>
            </span>
            {money && <span className="num flex-none font-medium">{formatMoney(money.minor, money.currency)}</span>}
          </Link>
        </li>
      ))}
    </ul>
  );
}
