import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { mkdir, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { bundleWorkflowCode, type Logger } from '@temporalio/worker';

const root = resolve(import.meta.dirname, '..');
const folder = join(root, 'dist');
const sources = ['workflows', 'domain'];
const keptForMs = 24 * 3_600_000;

/** The file with the workflows as the sandbox runs them: prebuilt for these very sources, else built now, which takes seconds. */
export async function workflowBundle(logger: Logger): Promise<string> {
  const path = join(folder, `workflows-${fingerprint()}.cjs`);
  if (existsSync(path)) return path;
  const { code } = await bundleWorkflowCode({ workflowsPath: join(root, 'workflows', 'index.ts'), logger });
  await mkdir(folder, { recursive: true });
  const unfinished = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(unfinished, code);
  await rename(unfinished, path);
  await removeOld();
  return path;
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
