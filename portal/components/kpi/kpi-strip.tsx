import type { ReactNode } from 'react';
import { NearLink } from '../near-link.tsx';
import { changeOf } from '../../format/changes.ts';
import { messages } from '../../messages/en.ts';
import type { Metric } from '../../metrics/metric.ts';
import { part } from '../part.tsx';
import { Definition } from './definition.tsx';
import { KpiBoundary } from './kpi-boundary.tsx';
import { comparisonOf } from './kpi.ts';
import type { Kpi } from './kpi.ts';
import { sumsText } from '../sums-text.ts';
import { Sparkline } from './sparkline.tsx';

/** One hairline-divided strip. Each cell is one link to the list that it counts. */
export function KpiStrip({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <section aria-label={label} className="card overflow-hidden">
      <div className="-mb-px -ml-px grid grid-cols-2 max-xl:[&>:last-child:nth-child(odd)]:col-span-2 xl:grid-cols-4 xl:has-[>:nth-child(5)]:grid-cols-5 xl:has-[>:nth-child(6)]:grid-cols-6">
        {children}
      </div>
    </section>
  );
}

export function KpiCells({ kpis }: { readonly kpis: readonly Kpi[] }) {
  return kpis.map((kpi) => <KpiCell key={kpi.metric.id} kpi={kpi} />);
}

export function KpiCell({ kpi }: { readonly kpi: Kpi }) {
  const { id, label, definition, opens, goodDirection } = kpi.metric;
  const before = comparisonOf(kpi);
  const change = before && changeOf(before.value, before.previous, before.in);
  const changeText = change && textOf(change);
  const compared = before ? messages.kpi.previous(before.previousText, before.span) : unknownText(kpi);
  const comparedShort = before ? messages.kpi.previous(withoutCurrencyOf(kpi), before.span) : compared;
  const name = [label, kpi.value, kpi.range, kpi.stale, kpi.note, changeText, compared, messages.kpi.opens(opens)]
    .filter(Boolean)
    .join(', ');
  return (
    <div
      data-kpi={id}
      className="relative border-b border-l border-line px-4 pt-3 pb-3.5 transition-colors duration-[120ms] has-[a:hover]:bg-hover"
    >
      <div className="flex items-start gap-0.5 text-fg-2">
        <span className="font-medium">{label}</span>
        <Definition label={label} text={definition} detail={kpi.detail} />
        {kpi.range && <span className="ml-auto flex-none pl-1 text-caption leading-5 text-fg-3">{kpi.range}</span>}
      </div>
      <div className="mt-0.5 flex items-end justify-between gap-3">
        <p className={`num max-w-full flex-none [overflow-wrap:anywhere] ${sizeOf(kpi.value)}`}>
          <KpiValue kpi={kpi} name={name} />
        </p>
        {kpi.parts && (
          <span className="@container hidden max-w-24 min-w-0 flex-1 sm:block">
            <Sparkline parts={kpi.parts} />
          </span>
        )}
      </div>
      {kpi.meter && <Meter {...kpi.meter} />}
      {compared && (
        <p className="num mt-1 text-caption text-pretty text-fg-3">
          {change && <span className={`mr-1 font-medium ${toneOf(change, goodDirection)}`}>{changeText}</span>}{' '}
          <span title={compared}>{comparedShort}</span>
        </p>
      )}
      <p
        className={`num text-caption break-words text-pretty text-fg-3 sm:line-clamp-3 ${compared ? '' : 'mt-1'}`}
        title={kpi.note}
      >
        {kpi.note && unbroken(kpi.note)}
      </p>
      {kpi.stale && <p className="num text-caption text-warn-text">{kpi.stale}</p>}
    </div>
  );
}

/** A sign stays with its amount, and that with its unit; what parts two facts ends a line. */
function unbroken(note: string) {
  return note.replaceAll(/(?<=[+−]) (?=\d)|(?<=\d) (?=[A-Z]{3}\b|%)| (?=·)/g, '\u00a0');
}

/** The longer, the smaller, so that an amount is read whole. */
function sizeOf({ length }: string) {
  if (length > smallFrom) return 'text-card max-sm:text-body max-sm:font-semibold';
  return length > lessFrom ? 'text-title max-sm:text-card' : 'text-kpi max-sm:text-title';
}

const lessFrom = 16;
const smallFrom = 20;

function unknownText({ change }: Kpi) {
  return change === 'unknown' ? messages.kpi.notCompared : undefined;
}

/** The value before has the currency of the one that stands above it. */
function withoutCurrencyOf(kpi: Kpi) {
  const [currency] = / [A-Z]{3}$/.exec(kpi.value) ?? [''];
  const text = comparisonOf(kpi)?.previousText ?? '';
  return currency && text.endsWith(currency) ? text.slice(0, -currency.length) : text;
}

/** The link of the whole cell, unless each number of it has its own. */
function KpiValue({ kpi, name }: { readonly kpi: Kpi; readonly name: string }) {
  if (kpi.links) return <KpiLinks links={kpi.links} />;
  return (
    <NearLink
      href={kpi.href}
      aria-label={name}
      data-value={kpi.isUncounted ? undefined : (kpi.count ?? comparisonOf(kpi)?.value)}
      data-sum={kpi.sums && kpi.metric.sum}
      data-sums={kpi.sums && sumsText(kpi.sums)}
      className="rounded-nav after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-focus"
    >
      <Value text={kpi.value} />
    </NearLink>
  );
}

/** Each number is a link of its own. */
function KpiLinks({ links }: { readonly links: NonNullable<Kpi['links']> }) {
  return links.map(({ text, label, href }, index) => (
    <span key={label}>
      {index > 0 && <span className="text-fg-3"> / </span>}
      <NearLink href={href} aria-label={label} className="rounded-nav underline-offset-4 hover:underline">
        {text}
      </NearLink>
    </span>
  ));
}

/** The value beside it says the same in words. */
function Meter({ share, ticks }: NonNullable<Kpi['meter']>) {
  const whole = Math.max(1, share, ...ticks);
  const tone = share >= 1 ? 'bg-bad-solid' : share >= (ticks[0] ?? 1) ? 'bg-warn-solid' : 'bg-ok-solid';
  return (
    <div aria-hidden="true" className="relative mt-1.5 mb-1 h-1.5 rounded-full bg-sunken">
      <span
        className={`absolute inset-y-0 left-0 rounded-full ${tone}`}
        style={{ width: `${(share / whole) * 100}%` }}
      />
      {ticks.map((tick) => (
        <span
          key={tick}
          className="absolute -inset-y-0.5 w-px bg-line-strong"
          style={{ left: `calc(${(tick / whole) * 100}% - 1px)` }}
        />
      ))}
    </div>
  );
}

/** An amount's currency stands small beside it, so that the amount has room. */
function Value({ text }: { readonly text: string }) {
  const [, amount, currency] = /^(.*\d) ([A-Z]{3})$/.exec(text) ?? [];
  if (amount === undefined) return text;
  return (
    <>
      {amount} <span className="text-body font-medium tracking-normal text-fg-2">{currency}</span>
    </>
  );
}

/** One cell, which loads and fails alone. */
export async function kpiPart(label: string, read: Promise<Kpi>): Promise<ReactNode> {
  const cell = await part(read, <KpiSkeleton label={label} />, (kpi) => <KpiCell kpi={kpi} />);
  return (
    <KpiBoundary key={label} labels={[label]}>
      {cell}
    </KpiBoundary>
  );
}

export function KpiSkeleton({ label }: { readonly label: string }) {
  return (
    <div className="border-b border-l border-line px-4 pt-3 pb-3.5" aria-busy="true">
      <p className="font-medium text-fg-2">{label}</p>
      <div className="skeleton mt-1.5 mb-2 h-6 w-20" />
      <div className="skeleton h-3.5 w-36" />
      <div className="skeleton mt-1 h-3.5 w-24" />
    </div>
  );
}

function textOf(change: ReturnType<typeof changeOf>) {
  if (change.kind === 'ratio') return change.text;
  return change.kind === 'new' ? messages.kpi.isNew : messages.kpi.noChange;
}

function toneOf(change: ReturnType<typeof changeOf>, goodDirection: Metric['goodDirection']) {
  if (goodDirection === 'neither' || change.kind !== 'ratio') return 'text-fg-2';
  return change.ratio > 0 === (goodDirection === 'up') ? 'text-ok-text' : 'text-bad-text';
}
