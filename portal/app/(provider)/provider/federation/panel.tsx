import type { Route } from 'next';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { TimeCell } from '../../../../components/list/cells.tsx';
import { AuditEntriesLink } from '../../../../components/panel/audit-entries-link.tsx';
import { Code, Properties, Property, Section, Text } from '../../../../components/panel/properties.tsx';
import { Time } from '../../../../components/time.tsx';
import { formatCapped, formatCount } from '../../../../format/numbers.ts';
import { listHref } from '../../../../lists/list-href.ts';
import { messages } from '../../../../messages/en.ts';
import { keys } from '../../../../messages/en-keys.ts';
import { paths } from '../../../../paths.ts';
import type { KeyCalls, KeyDetail, KeySecret } from '../../../../services/provider/federation-keys.service.ts';

const { columns } = keys;

interface KeyPanelProps {
  readonly detail: KeyDetail;
  readonly zone: string;
  readonly at: number;
  /** What can be done with it. */
  readonly children: ReactNode;
}

export function KeyPanel({ detail, zone, at, children }: KeyPanelProps) {
  return (
    <>
      {children}
      <Section title={messages.lists.properties}>
        <Properties>
          <Property name={columns.key} copied={detail.id}>
            <Code>{detail.id}</Code>
          </Property>
          <Property name={messages.lists.organisation} copied={detail.org.id}>
            <bdi>{detail.org.name}</bdi>
          </Property>
          <Property name={columns.name}>
            <Text text={detail.name} />
          </Property>
          <Property name={columns.scopes}>{detail.scopes.join(', ')}</Property>
          <Property name={keys.limits}>
            {keys.limitsOf(formatCount(detail.ratePerS), formatCount(detail.burst))}
          </Property>
          <Property name={columns.created}>
            <Time at={detail.key.at} zone={zone} hasZone />
          </Property>
          <Property name={columns.createdBy}>
            <Text text={detail.createdBy} />
          </Property>
          <Property name={columns.lastUsed}>
            {detail.lastUsedAt === undefined ? keys.never : <Time at={detail.lastUsedAt} zone={zone} hasZone />}
          </Property>
          <Property name={columns.expires}>
            {detail.expiresAt === undefined ? keys.noEnd : <Time at={detail.expiresAt} zone={zone} hasZone />}
          </Property>
          {detail.disabledAt !== undefined && (
            <Property name={keys.states.disabled}>
              <TimeCell at={detail.disabledAt} zone={zone} />
            </Property>
          )}
        </Properties>
      </Section>
      <Calls keyId={detail.id} calls={detail.calls} />
      <Section title={keys.secrets}>
        {detail.secrets.length === 0 && <p className="text-fg-2">{keys.noSecrets}</p>}
        <ul className="flex flex-col rounded-control border border-line empty:hidden">
          {detail.secrets.toReversed().map((secret) => (
            <Secret key={secret.version} secret={secret} zone={zone} at={at} />
          ))}
        </ul>
      </Section>
      <Section title={messages.lists.related}>
        <AuditEntriesLink entity={`federation_key/${detail.id}`} />
      </Section>
    </>
  );
}

function Calls({ keyId, calls }: { readonly keyId: string; readonly calls: KeyCalls }) {
  const href = (result: string) =>
    listHref(paths.deliveryLog, new URLSearchParams({ key: keyId, result, from: '24h' }));
  const told = (count: KeyCalls['accepted']) => (count ? formatCapped(count) : keys.uncounted);
  return (
    <Section title={keys.calls}>
      <Properties>
        <Property name={keys.accepted}>
          <Linked href={href('accepted,applied,rejected')}>{told(calls.accepted)}</Linked>
        </Property>
        <Property name={keys.refused}>
          <Linked href={href('refused')}>{told(calls.refused)}</Linked>
        </Property>
      </Properties>
    </Section>
  );
}

/** One of the key's secrets: what tells it from another, and whether anyone still signs with it. */
function Secret({ secret, zone, at }: { readonly secret: KeySecret; readonly zone: string; readonly at: number }) {
  const { version, lastFour, createdAt, validUntil, lateUses, lateUsedAt } = secret;
  return (
    <li className="flex flex-col gap-0.5 border-b border-line px-3 py-2 last:border-b-0">
      <span className="flex flex-wrap items-center gap-x-3">
        <Code>
          v{version} …{lastFour}
        </Code>
        <span className="text-fg-2">
          {validUntil === undefined ? keys.current : validUntil > at ? keys.validUntil : keys.ended}{' '}
          {validUntil !== undefined && <Time at={validUntil} zone={zone} hasZone />}
        </span>
        <span className="ml-auto text-fg-3">
          <Time at={createdAt} zone={zone} style="day" />
        </span>
      </span>
      {validUntil !== undefined && (
        <span className={lateUses > 0 ? 'text-warn-text' : 'text-fg-3'}>
          {lateUses > 0 ? keys.lateUses(formatCount(lateUses)) : keys.noLateUses}
          {lateUsedAt !== undefined && (
            <>
              {', '}
              {keys.lastLate} <Time at={lateUsedAt} zone={zone} />
            </>
          )}
        </span>
      )}
    </li>
  );
}

function Linked({ href, children }: { readonly href: Route; readonly children: string }) {
  return (
    <Link href={href} prefetch={false} className="num self-start text-accent-text hover:underline">
      {children}
    </Link>
  );
}
