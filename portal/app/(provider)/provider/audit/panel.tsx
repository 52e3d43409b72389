import type { Links } from '../../../../components/list/list-view.ts';
import type { Route } from 'next';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { z } from 'zod';
import { providerChain } from '#domain/ids';
import { isJobName } from '#domain/jobs';
import { CodeBlock } from '../../../../components/panel/code-block.tsx';
import { JsonText } from '../../../../components/panel/json-text.tsx';
import { Code, Named, Properties, Property, Section } from '../../../../components/panel/properties.tsx';
import { Time } from '../../../../components/time.tsx';
import { nothing } from '../../../../format/numbers.ts';
import { listHref } from '../../../../lists/list-href.ts';
import { audit } from '../../../../messages/en-audit.ts';
import { paths } from '../../../../paths.ts';
import type { AuditDetail } from '../../../../services/provider/audit.service.ts';
import { actorTypeText, OutcomeBadge } from './columns.tsx';

interface EntryProps {
  readonly entry: AuditDetail;
  readonly zone: string;
  readonly links: Links;
  /** Where the thing is that it is about. */
  readonly objectHref: Route | undefined;
  /** Where the key is that acted. */
  readonly actorHref: Route | undefined;
}

const { columns } = audit;

/** One entry: what was done, what it changed, and where in its chain it stands. */
export function AuditEntry({ entry, zone, links, objectHref, actorHref }: EntryProps) {
  return (
    <>
      <Section title={audit.properties}>
        <Properties>
          <Property name={columns.time}>
            <Time at={entry.key.at} zone={zone} style="exact" hasZone />
          </Property>
          <Property name={columns.action}>{entry.action}</Property>
          <Property name={columns.outcome}>
            <OutcomeBadge outcome={entry.outcome} />
          </Property>
          <Property name={columns.entity} copied={entry.subject}>
            <Named href={objectHref}>{entry.subject}</Named>
          </Property>
          <Property name={columns.org}>{entry.org ? <bdi>{entry.org.name}</bdi> : audit.provider}</Property>
          <Property name={columns.actor} copied={entry.actor}>
            {actorHref ? <Named href={actorHref}>{entry.actor}</Named> : <bdi>{entry.actor}</bdi>}{' '}
            <span className="text-fg-3">({actorTypeText(entry.actorType)})</span>
          </Property>
          {entry.eventId !== undefined && (
            <Property name={columns.event} copied={entry.eventId}>
              <Code>{entry.eventId}</Code>
            </Property>
          )}
          {entry.address !== undefined && (
            <Property name={columns.address} copied={entry.address}>
              {entry.address}
            </Property>
          )}
          {entry.requestId !== undefined && (
            <Property name={columns.request} copied={entry.requestId}>
              <Code>{entry.requestId}</Code>
            </Property>
          )}
        </Properties>
      </Section>
      <Change detail={entry.detail} />
      <RelatedEntries entry={entry} links={links} />
      <Section title={audit.chain}>
        <Properties>
          <Property name={columns.seq}>
            <span className="num">{entry.seq}</span>
          </Property>
          <Property name={audit.hash} copied={entry.hash}>
            <Code>{entry.hash}</Code>
          </Property>
          <Property name={audit.previousHash} copied={entry.previousHash}>
            <Code>{entry.previousHash}</Code>
          </Property>
        </Properties>
      </Section>
    </>
  );
}

function RelatedEntries({ entry, links }: Pick<EntryProps, 'entry' | 'links'>) {
  const [kind, job = ''] = entry.actor.split(':');
  return (
    <Section title={audit.related}>
      <ul className="flex flex-col items-start gap-1.5">
        <Related href={filtered({ entity: entry.subject, org: entry.org?.id ?? providerChain })}>
          {audit.allOfEntity}
        </Related>
        <Related href={filtered({ actor: entry.actor })}>{audit.allOfActor}</Related>
        {kind === 'job' && isJobName(job) && <Related href={filtered({ job })}>{audit.allOfJob}</Related>}
        {entry.requestId !== undefined && (
          <Related href={filtered({ request: entry.requestId })}>{audit.allOfRequest}</Related>
        )}
        {entry.eventId !== undefined && <Related href={filtered({ event: entry.eventId })}>{audit.allOfEvent}</Related>}
        {entry.eventId !== undefined && links.log && (
          <Related href={listHref(paths.deliveryLog, new URLSearchParams({ event: entry.eventId }))}>
            {audit.delivery}
          </Related>
        )}
      </ul>
    </Section>
  );
}

const Fields = z.record(z.string(), z.unknown());
const Sides = z.looseObject({ before: z.unknown(), after: z.unknown() });

/** Side by side where the entry has both sides, those that differ first; what else it says below. */
export function Change({ detail }: { readonly detail: string }) {
  const told = parse(detail);
  const sides = Sides.safeParse(told);
  const [before, after] = [Fields.safeParse(sides.data?.before), Fields.safeParse(sides.data?.after)];
  const hasBoth = before.success || after.success;
  const text = JSON.stringify(told, undefined, 2) ?? detail;
  return (
    <>
      {hasBoth && (
        <Section title={audit.change}>
          <Diff before={before.data ?? {}} after={after.data ?? {}} />
        </Section>
      )}
      <Section title={audit.detail}>
        {text === '{}' ? (
          <p className="text-fg-2">{audit.noDetail}</p>
        ) : (
          <CodeBlock label={audit.detail} text={text}>
            <JsonText text={text} />
          </CodeBlock>
        )}
      </Section>
    </>
  );
}

interface DiffProps {
  readonly before: Readonly<Record<string, unknown>>;
  readonly after: Readonly<Record<string, unknown>>;
}

function Diff({ before, after }: DiffProps) {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const rows = names
    .map((name) => ({ name, before: show(before[name]), after: show(after[name]) }))
    .toSorted((a, b) => Number(a.before === a.after) - Number(b.before === b.after));
  return (
    <table className="w-full table-fixed text-left">
      <thead className="text-caption text-fg-2">
        <tr>
          <th scope="col" className="w-32 py-1 font-medium" />
          <th scope="col" className="py-1 font-medium">
            {audit.before}
          </th>
          <th scope="col" className="py-1 font-medium">
            {audit.after}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.name} className="border-t border-line align-top">
            <th scope="row" className="py-1.5 pr-3 font-normal text-fg-2">
              {row.name}
            </th>
            <td className="py-1.5 pr-3">
              <Code>{row.before}</Code>
            </td>
            <td className={`py-1.5 ${row.before === row.after ? '' : 'font-medium'}`}>
              <Code>{row.after}</Code>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Related({ href, children }: { readonly href: Route; readonly children: ReactNode }) {
  return (
    <li>
      <Link href={href} prefetch={false} className="text-accent-text hover:underline">
        {children}
      </Link>
    </li>
  );
}

function filtered(params: Record<string, string>): Route {
  return listHref(paths.audit, new URLSearchParams(params));
}

function show(value: unknown): string {
  if (value === undefined) return nothing;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
