import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { generateClient } from './steps/generate-client.ts';

type Check = { readonly name: string; readonly command: readonly string[] };

const bin = 'node_modules/.bin';
// Two lanes, each in order: the portal's types need those of its routes.
const lanes: readonly (readonly Check[])[] = [
  [
    { name: 'format', command: [`${bin}/oxfmt`, '--check', '.'] },
    { name: 'lint', command: [`${bin}/oxlint`] },
    { name: 'dead code', command: [`${bin}/knip`, '--no-progress', '--no-config-hints'] },
  ],
  [
    { name: 'types', command: [`${bin}/tsc`, '--noEmit'] },
    { name: 'types of workflows/', command: [`${bin}/tsc`, '--noEmit', '-p', 'workflows'] },
    { name: 'types of routes', command: [`${bin}/next`, 'typegen', 'portal'] },
    { name: 'types of portal/', command: [`${bin}/tsc`, '--noEmit', '-p', 'portal'] },
  ],
];

/** What a commit has to pass: each check says its own findings; the last line names those that failed. */
await generateClient();
const failed = (await Promise.all(lanes.map(failuresOf))).flat();
const hint = failed.includes('format') ? ' ("npm run format" mends the format)' : '';
if (failed.length > 0) console.error(`failed: ${failed.join(', ')}${hint}`);
process.exitCode = failed.length > 0 ? 1 : 0;

async function failuresOf(checks: readonly Check[]) {
  const failures: string[] = [];
  for (const check of checks) if (!(await passes(check))) failures.push(check.name);
  return failures;
}

async function passes({ name, command: [program = '', ...args] }: Check) {
  const started = Date.now();
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1' };
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  await once(child, 'close');
  const isOk = child.exitCode === 0;
  if (!isOk) process.stdout.write(output.join(''));
  console.log(`${isOk ? 'ok    ' : 'FAILED'} ${name} (${Date.now() - started} ms)`);
  return isOk;
}
