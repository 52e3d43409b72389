import type pg from 'pg';
import { verbOf, type Change } from '#domain/billing/catalogue-changes';
import type { EntryKind, Members } from '#domain/billing/catalogue-entries';
import { stableText } from '#domain/billing/catalogue-values';
import { providerChain } from '#domain/ids';

const nouns = {
  meter: 'meter',
  plan: 'plan',
  planPrice: 'plan_price',
  org: 'org',
  orgPlan: 'org_plan',
  orgPrice: 'org_price',
} as const satisfies Record<EntryKind, string>;

const ofOrgs: readonly EntryKind[] = ['org', 'orgPlan', 'orgPrice'];

/** One entry for each thing that changed: an org's on its own chain, the rest on the provider's. */
export async function auditChanges(client: pg.ClientBase, changes: readonly Change[], by: string): Promise<void> {
  const entries = changes.map((change) => {
    const { kind, holder, meter, from } = change.entry;
    return {
      org_id: ofOrgs.includes(kind) ? holder : providerChain,
      actor_type: 'system',
      actor: by,
      action: `catalogue.${nouns[kind]}_${verbOf(change)}`,
      subject: [kind === 'orgPrice' || kind === 'orgPlan' ? 'org' : kind === 'planPrice' ? 'plan' : kind, holder].join(
        '/',
      ),
      detail: {
        ...(meter !== undefined && { meter }),
        ...(from !== undefined && { from: Number.isFinite(from) ? new Date(from).toISOString() : 'always' }),
        ...differencesOf(change.before, change.after),
      },
    };
  });
  await client.query('select append_audit($1)', [JSON.stringify(entries)]);
}

/** Only what differs. Of a payment method its provider: who can read the log need not know the token. */
function differencesOf(before: Members = {}, after: Members = {}) {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const different = names.filter((name) => stableText(before[name] ?? null) !== stableText(after[name] ?? null));
  const shown = (members: Members) => Object.fromEntries(different.map((name) => [name, withoutToken(members[name])]));
  return { before: shown(before), after: shown(after) };
}

function withoutToken(value: Members[string]): Members[string] {
  if (typeof value !== 'object' || value === null || !('token' in value)) return value ?? null;
  return { provider: value.provider };
}
