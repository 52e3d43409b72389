import { spawnSync } from 'node:child_process';
import { generateClient } from './steps/generate-client.ts';

const bin = 'node_modules/.bin';

/** What a commit has to pass: each check says its own findings; the last line names those that failed. */
await generateClient();
const checks: [string, string[]][] = [
  ['format', [`${bin}/oxfmt`, '--check', '.']],
  ['lint', [`${bin}/oxlint`]],
  ['types', [`${bin}/tsc`, '--noEmit']],
  ['types of workflows/', [`${bin}/tsc`, '--noEmit', '-p', 'workflows']],
  ['route types', [`${bin}/next`, 'typegen', 'portal']],
  ['types of portal/', [`${bin}/tsc`, '--noEmit', '-p', 'portal']],
  ['dead code', [`${bin}/knip`, '--no-progress', '--no-config-hints']],
];
const failed = checks.filter(([name, command]) => !passes(name, command)).map(([name]) => name);
if (failed.length > 0)
  console.error(
    `failed: ${failed.join(', ')}${failed.includes('format') ? ' ("npm run format" mends the format)' : ''}`,
  );
process.exitCode = failed.length > 0 ? 1 : 0;

function passes(name: string, [program = '', ...args]: string[]) {
  const started = Date.now();
  const { status } = spawnSync(program, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1' },
  });
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${name} (${Date.now() - started} ms)`);
  return status === 0;
}
