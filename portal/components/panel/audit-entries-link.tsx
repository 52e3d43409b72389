import type { Route } from 'next';
import Link from 'next/link';
import { listHref } from '../../lists/list-href.ts';
import { messages } from '../../messages/en.ts';
import { paths } from '../../paths.ts';

interface AuditEntriesLinkProps {
  /** `kind/id`, as the audit names it. */
  readonly entity: string;
  /** Whose, where organisations may have things of that name. */
  readonly org?: string | undefined;
}

/** To what the audit log has of a thing. */
export function AuditEntriesLink({ entity, org }: AuditEntriesLinkProps) {
  return (
    <Link href={entriesHref({ entity, org })} prefetch={false} className="self-start text-accent-text hover:underline">
      {messages.lists.history}
    </Link>
  );
}

export function entriesHref({ entity, org }: AuditEntriesLinkProps): Route {
  return listHref(paths.audit, new URLSearchParams({ entity, ...(org !== undefined && { org }) }));
}
