import { parseArgs } from 'node:util';
import { findDatabaseUrl } from './database-url.ts';
import { readHeads, verifyAudit, writeAnchors } from './audit-anchors.ts';
import { createPool } from './pool.ts';

const usage = `usage: npm run --silent audit -- COMMAND
  verify [--anchors DIR]   each chain by itself, and against the heads that were written to DIR; exit code 1 where they differ
  anchor --anchors DIR     writes the heads of now to DIR`;
const statementTimeoutMs = 600_000;

const { values, positionals } = parseArgs({
  options: { anchors: { type: 'string' }, help: { type: 'boolean' } },
  allowPositionals: true,
});
const [command] = positionals;
const isUsable = command === 'verify' || (command === 'anchor' && values.anchors !== undefined);

if (values.help) console.log(usage);
else if (!isUsable) {
  console.error(usage);
  process.exitCode = 2;
} else await main();

async function main() {
  const db = createPool({
    url: await findDatabaseUrl(),
    role: 'verifier',
    max: 1,
    applicationName: 'audit',
    statementTimeoutMs,
    queryTimeoutMs: statementTimeoutMs + 1_000,
  });
  try {
    if (command === 'anchor' && values.anchors !== undefined) {
      const heads = await readHeads(db);
      await writeAnchors(values.anchors, new Date().toISOString(), heads);
      console.log(JSON.stringify({ anchored: heads.length }));
      return;
    }
    const problems = await verifyAudit(db, values.anchors);
    console.log(JSON.stringify({ isWhole: problems.length === 0, problems }, undefined, 2));
    if (problems.length > 0) process.exitCode = 1;
  } catch (error) {
    console.error(`audit: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 2;
  } finally {
    await db.end();
  }
}
