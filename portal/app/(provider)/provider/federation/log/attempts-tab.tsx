import type { Route } from 'next';
import Link from 'next/link';
import { ResultBadge } from '../../../../../components/result-badge.tsx';
import { Time } from '../../../../../components/time.tsx';
import { formatDuration } from '../../../../../format/times.ts';
import { messages } from '../../../../../messages/en.ts';
import type { DeliveryDetail } from '../../../../../services/provider/delivery-detail.ts';

interface AttemptsTabProps {
  readonly detail: DeliveryDetail;
  readonly zone: string;
  readonly rowHref: (row: string) => Route;
}

const { delivery } = messages;

export function AttemptsTab({ detail: { attempts, row }, zone, rowHref }: AttemptsTabProps) {
  return (
    <div className="flex flex-col gap-3">
      <p className="text-fg-2">{delivery.attemptsIntro}</p>
      <ol className="flex flex-col rounded-control border border-line">
        {attempts.map((attempt, index) => (
          <li
            key={attempt.id}
            className="flex min-h-10 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-3 py-1.5 last:border-b-0"
          >
            <span className="num w-5 flex-none text-right text-fg-3">{index + 1}</span>
            <Time at={attempt.at} zone={zone} />
            <ResultBadge result={attempt.result} />
            <span className="num text-fg-3">{attempt.status}</span>
            {attempt.code !== undefined && <span className="min-w-0 truncate">{attempt.code}</span>}
            <span className="num ml-auto text-fg-2">{formatDuration(attempt.tookMs)}</span>
            {attempt.id === row.id ? (
              <span className="w-14 flex-none text-right text-caption text-fg-3">{delivery.thisOne}</span>
            ) : (
              <Link
                href={rowHref(attempt.id)}
                scroll={false}
                prefetch={false}
                className="w-14 flex-none text-right text-accent-text hover:underline"
              >
                {delivery.open}
              </Link>
            )}
          </li>
        ))}
      </ol>
    </div>
  );
}
