import pg from 'pg';
import { z } from 'zod';
import { openAdmin } from '#tests/support/admin';

const Plan = z.looseObject({
  'Node Type': z.string(),
  'Relation Name': z.string().optional(),
  'Actual Rows': z.number().default(0),
  'Actual Loops': z.number().default(0),
  'Rows Removed by Filter': z.number().default(0),
  get Plans() {
    return z.array(Plan).default([]);
  },
});
type Plan = z.infer<typeof Plan>;
const Logged = z.object({ 'Query Text': z.string(), Plan });

/** A scan of a table, as it happened. */
export interface Scan {
  readonly relation: string;
  readonly isSequential: boolean;
  /** That the scan looked at, over all its loops. */
  readonly rows: number;
  /** Of these, those that a filter threw away. */
  readonly inVain: number;
  readonly statement: string;
}

/** From its next connections on, a database tells its clients the plan of each statement, of those inside functions too. */
export async function tellPlans(databaseUrl: string): Promise<void> {
  const db = openAdmin(databaseUrl, 1);
  const name = pg.escapeIdentifier(new URL(databaseUrl).pathname.slice(1));
  const settings = {
    session_preload_libraries: 'auto_explain',
    'auto_explain.log_min_duration': '0',
    'auto_explain.log_analyze': 'on',
    'auto_explain.log_timing': 'off',
    'auto_explain.log_format': 'json',
    'auto_explain.log_nested_statements': 'on',
    'auto_explain.log_level': 'notice',
  };
  await db.query("load 'auto_explain'");
  for (const [setting, value] of Object.entries(settings))
    await db.query(`alter database ${name} set ${setting} = ${pg.escapeLiteral(value)}`);
  await db.end();
}

/** Collects what the connections of a pool are told. */
export function listenForPlans(pool: pg.Pool): { taken: () => { statements: Set<string>; scans: Scan[] } } {
  let statements = new Set<string>();
  let scans: Scan[] = [];
  pool.on('connect', (client) =>
    client.on('notice', ({ message = '' }) => {
      const begin = message.indexOf('{');
      if (!message.includes('plan:') || begin < 0) return;
      const { 'Query Text': text, Plan: plan } = Logged.parse(JSON.parse(message.slice(begin)));
      const statement = text.replaceAll(/\s+/g, ' ').trim();
      statements.add(statement);
      scans.push(...scansOf(plan, statement));
    }),
  );
  return {
    taken() {
      const told = { statements, scans };
      statements = new Set();
      scans = [];
      return told;
    },
  };
}

function scansOf(plan: Plan, statement: string): Scan[] {
  const inner = plan.Plans.flatMap((one) => scansOf(one, statement));
  const relation = plan['Relation Name'];
  if (relation === undefined || !plan['Node Type'].includes('Scan')) return inner;
  const inVain = plan['Rows Removed by Filter'] * plan['Actual Loops'];
  const rows = plan['Actual Rows'] * plan['Actual Loops'] + inVain;
  return [{ relation, isSequential: plan['Node Type'].includes('Seq'), rows, inVain, statement }, ...inner];
}
