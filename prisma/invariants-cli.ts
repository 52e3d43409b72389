import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { z } from 'zod';
import { readLine, runCommand } from './command-line.ts';
import { findDatabaseUrl } from './database-url.ts';
import { checkInvariants, findLost, type InvariantResult } from './invariants.ts';

const usage = `usage: npm run invariants [-- --quiesced] [--sent FILE] [--json]
  --quiesced   all has come to rest: nothing may wait or be held any more
  --sent FILE  what a client saw, one JSON per line: {"tenantId", "id", "answered": true | false}; checks E1 and E2 too
  --json       the results as JSON`;

const sentLine = z.object({ tenantId: z.string(), id: z.string(), answered: z.boolean() });

// What fails is another code than what is broken.
await runCommand({ name: 'invariants', usage, failedCode: 2 }, main);

async function main() {
  const { values } = readLine(process.argv.slice(2), {
    quiesced: { type: 'boolean' },
    sent: { type: 'string' },
    json: { type: 'boolean' },
  });
  const db = new pg.Pool({ connectionString: await findDatabaseUrl(), max: 1 });
  try {
    const results = await checkInvariants(db, { isQuiesced: values.quiesced ?? false });
    if (values.sent) results.unshift(...(await findLost(db, await readSent(values.sent))));
    if (values.json) console.log(JSON.stringify(results, undefined, 2));
    else results.forEach(print);
    if (!values.sent && !values.json) console.log('E1, E2  not run: they need what a client saw, see --sent');
    if (results.some(({ violations }) => violations.length > 0)) process.exitCode = 1;
  } finally {
    await db.end();
  }
}

function print({ id, meaning, violations, tookMs }: InvariantResult) {
  console.log(`${id}  ${violations.length === 0 ? 'holds' : 'BROKEN'}  ${meaning} (${tookMs} ms)`);
  for (const { orgId, subject, detail } of violations) console.log(`      ${orgId ?? '-'}  ${subject}  ${detail}`);
}

async function readSent(file: string) {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => sentLine.parse(JSON.parse(line)));
}
