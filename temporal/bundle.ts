import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { mkdir, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { bundleWorkflowCode, type Logger } from '@temporalio/worker';

const root = resolve(import.meta.dirname, '..');
const folder = join(root, 'dist');
const sources = ['workflows', 'domain'];
const keptForMs = 24 * 3_600_000;
const bundlingTimeoutMs = 120_000;
const run = promisify(execFile);

/** The file with the workflows as the sandbox runs them: prebuilt for these very sources, else built now, which takes seconds. */
export async function workflowBundle(logger: Logger): Promise<string> {
  const path = bundlePath();
  if (existsSync(path)) return path;
  logger.info('the workflows are not bundled yet: bundling them');
  // In a process of its own: the bundler holds the event loop for seconds, and this one may be serving.
  await run(process.execPath, ['--import', import.meta.resolve('tsx'), join(root, 'temporal', 'bundle-cli.ts')], {
    timeout: bundlingTimeoutMs,
  });
  return path;
}

/** Builds the file where it is missing. Holds the event loop. */
export async function buildWorkflowBundle(logger: Logger): Promise<string> {
  const path = bundlePath();
  if (existsSync(path)) return path;
  const { code } = await bundleWorkflowCode({ workflowsPath: join(root, 'workflows', 'index.ts'), logger });
  await mkdir(folder, { recursive: true });
  const unfinished = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(unfinished, code);
  await rename(unfinished, path);
  await removeOld();
  return path;
}

function bundlePath(): string {
  return join(folder, `workflows-${fingerprint()}.cjs`);
}

function fingerprint(): string {
  const hash = createHash('sha256');
  const require = createRequire(import.meta.url);
  hash.update(readFileSync(require.resolve('@temporalio/worker/package.json')));
  for (const file of sources.flatMap(sourceFiles).toSorted()) hash.update(file).update(readFileSync(join(root, file)));
  return hash.digest('hex').slice(0, 16);
}

function sourceFiles(name: string): string[] {
  return readdirSync(join(root, name), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(name, file));
}

async function removeOld() {
  for (const name of readdirSync(folder).filter((file) => file.startsWith('workflows-'))) {
    const path = join(folder, name);
    const isOld = await stat(path).then(({ mtimeMs }) => Date.now() - mtimeMs > keptForMs);
    if (isOld) await unlink(path);
  }
}
