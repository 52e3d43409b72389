import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const skipped = new Set(['node_modules', '.next', 'generated', 'next-env.d.ts']);

/** Does a step only when what it is made from changed since it was last done. */
export async function doWhenChanged(
  stampFile: string,
  inputs: readonly string[],
  work: () => Promise<void>,
): Promise<boolean> {
  const wanted = await fingerprint(inputs);
  const done = await readFile(stampFile, 'utf8').catch(() => '');
  if (done === wanted) return false;
  await work();
  await mkdir(dirname(stampFile), { recursive: true });
  await writeFile(stampFile, wanted);
  return true;
}

async function fingerprint(inputs: readonly string[]) {
  const hash = createHash('sha256');
  for (const input of inputs) {
    for (const file of await filesUnder(input))
      hash
        .update(file)
        .update('\0')
        .update(await readFile(file))
        .update('\0');
  }
  return hash.digest('hex');
}

async function filesUnder(path: string): Promise<string[]> {
  if ((await stat(path)).isFile()) return [path];
  const entries = (await readdir(path, { withFileTypes: true })).filter((entry) => !skipped.has(entry.name));
  const nested = await Promise.all(entries.map((entry) => filesUnder(join(path, entry.name))));
  return nested.flat().toSorted();
}
