import { readHeads, verifyAudit, writeAnchors } from './audit-anchors.ts';
import { readLine, runCommand, UsageError } from './command-line.ts';
import { findDatabaseUrl } from './database-url.ts';
import { createPool } from './pool.ts';

const usage = `usage: npm run --silent audit -- COMMAND
  verify [--anchors DIR]   each chain by itself, and against the heads that were written to DIR; exit code 1 where they differ
  anchor --anchors DIR     writes the heads of now to DIR`;
const statementTimeoutMs = 600_000;

// What fails is another code than chains that differ.
await runCommand({ name: 'audit', usage, failedCode: 2 }, main);

async function main() {
  const { values, positionals } = readLine(process.argv.slice(2), { anchors: { type: 'string' } }, 1);
  const [command = ''] = positionals;
  if (command !== 'verify' && command !== 'anchor')
    throw new UsageError(command === '' ? 'no command' : `no command "${command}"`);
  if (command === 'anchor' && values.anchors === undefined) throw new UsageError('anchor needs --anchors');
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
  } finally {
    await db.end();
  }
}
