import type { Route } from 'next';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { nothing } from '../../format/numbers.ts';
import { CopyButton } from '../copy-button.tsx';

export function Properties({ children }: { readonly children: ReactNode }) {
  return <dl className="grid grid-cols-[minmax(104px,auto)_minmax(0,1fr)] gap-x-4 gap-y-1.5">{children}</dl>;
}

interface PropertyProps {
  readonly name: string;
  /** Ids are shown whole and can be copied. */
  readonly copied?: string | undefined;
  readonly children: ReactNode;
}

export function Property({ name, copied, children }: PropertyProps) {
  return (
    <>
      <dt className="text-fg-2">{name}</dt>
      <dd className="flex min-w-0 items-start gap-1 [overflow-wrap:anywhere]">
        <span className="min-w-0">{children}</span>
        {copied !== undefined && (
          <span className="-my-0.5 flex-none">
            <CopyButton text={copied} what={name.toLowerCase()} />
          </span>
        )}
      </dd>
    </>
  );
}

/** An id, a key, a name of a program. */
export function Code({ children }: { readonly children: ReactNode }) {
  return <code className="font-mono text-code [overflow-wrap:anywhere]">{children}</code>;
}

/** The name of a thing, which leads to it where it has a page that the member may see. */
export function Named({ href, children }: { readonly href: Route | undefined; readonly children: string }) {
  if (!href) return <Code>{children}</Code>;
  return (
    <Link href={href} prefetch={false} className="text-accent-text hover:underline">
      <Code>{children}</Code>
    </Link>
  );
}

export function Section({
  title,
  aside,
  children,
}: {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <section className="flex flex-col gap-2.5">
      <div className="flex items-center justify-between gap-3">
        <h3 className="flex-none text-card">{title}</h3>
        {aside && <span className="min-w-0 truncate">{aside}</span>}
      </div>
      {children}
    </section>
  );
}

/** Text of a tenant, whole. */
export function Text({ text }: { readonly text: string | undefined }) {
  return text === undefined || text === '' ? <span className="text-fg-3">{nothing}</span> : <bdi>{text}</bdi>;
}
