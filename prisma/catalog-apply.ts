import type pg from 'pg';
import { changesOf, verbOf, type Change } from '#domain/billing/catalogue-changes';
import { entriesOf, keyOf, type Entry, type EntryKind, type WantedEntry } from '#domain/billing/catalogue-entries';
import type { CatalogueFile } from '#domain/billing/catalogue';
import type { Problem } from '#domain/billing/catalogue-problems';
import { providerChain } from '#domain/ids';
import type { EpochMs } from '#domain/instants';
import { auditChanges } from './catalog-audit.ts';
import { markChanges } from './catalog-marks.ts';
import { loadEntries } from './catalog-rows.ts';
import { strandedBy } from './catalog-stranded.ts';
import { writeChanges } from './catalog-writes.ts';
import { inTenants } from './pool.ts';

export interface ApplyOptions {
  /** When it is applied: a zone, and a payment method, hold from then on. */
  readonly at: EpochMs;
  readonly by: string;
  /** Only say what would be done. */
  readonly isTrial?: boolean | undefined;
}

export type KindCounts = Readonly<Record<'created' | 'changed' | 'removed' | 'unchanged', number>>;

export type Applied =
  | { readonly ok: true; readonly counts: Readonly<Partial<Record<EntryKind, KindCounts>>> }
  | { readonly ok: false; readonly problems: readonly Problem[] };

const settings = { statement_timeout: '60s', lock_timeout: '30s' };

/**
 * Brings the catalogue to what a file says, whole or not at all: plans and prices, orgs with their settings, what is rated anew by it, and
 * the audit entries. Applied again it changes nothing.
 */
export async function applyCatalogue(db: pg.Pool, file: CatalogueFile, options: ApplyOptions): Promise<Applied> {
  const wanted = entriesOf(file);
  const orgIds = Object.keys(file.orgs ?? {});
  return inTenants(db, [providerChain, ...orgIds], (client) => apply(client, wanted, orgIds, options), settings);
}

async function apply(
  client: pg.PoolClient,
  wanted: readonly WantedEntry[],
  orgIds: readonly string[],
  options: ApplyOptions,
): Promise<Applied> {
  await client.query("select pg_advisory_xact_lock(hashtextextended('catalogue', 0))");
  const current = await loadEntries(client, orgIds);
  const known = { current, ratedMeters: await loadRatedMeters(client, reaggregated(wanted, current)) };
  const { changes, unchanged, problems } = changesOf(wanted, known);
  if (problems.length > 0) return { ok: false, problems };
  if (changes.length > 0) {
    await client.query('savepoint carry_out');
    await carryOut(client, changes, options);
    const stranded = await strandedBy(client, changes, wanted);
    if (stranded.length > 0 || options.isTrial) await client.query('rollback to savepoint carry_out');
    if (stranded.length > 0) return { ok: false, problems: stranded };
  }
  return { ok: true, counts: countsOf(changes, unchanged) };
}

async function carryOut(client: pg.PoolClient, changes: readonly Change[], { at, by }: ApplyOptions) {
  await writeChanges(client, changes, at);
  await markChanges(client, changes, at);
  await auditChanges(client, changes, by);
}

function reaggregated(wanted: readonly WantedEntry[], current: ReadonlyMap<string, Entry>): string[] {
  const isChanged = (entry: WantedEntry) => {
    const before = current.get(keyOf(entry))?.members['aggregation'];
    return before !== undefined && 'aggregation' in entry.members && before !== entry.members['aggregation'];
  };
  return wanted.filter((entry) => entry.kind === 'meter' && isChanged(entry)).map(({ holder }) => holder);
}

async function loadRatedMeters(client: pg.PoolClient, meters: readonly string[]): Promise<Set<string>> {
  const { rows } = await client.query<{ meter: string }>(
    'select m as meter from unnest($1::text[]) as m where exists (select from rated_period r where r.meter = m)',
    [meters],
  );
  return new Set(rows.map(({ meter }) => meter));
}

function countsOf(changes: readonly Change[], unchanged: readonly { readonly kind: EntryKind }[]) {
  const counts: Partial<Record<EntryKind, Record<keyof KindCounts, number>>> = {};
  const count = (kind: EntryKind, what: keyof KindCounts) => {
    const own = (counts[kind] ??= { created: 0, changed: 0, removed: 0, unchanged: 0 });
    own[what] += 1;
  };
  for (const change of changes) count(change.entry.kind, verbOf(change));
  for (const { kind } of unchanged) count(kind, 'unchanged');
  return counts;
}
