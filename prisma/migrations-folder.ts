import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Where the migrations of this release lie, a folder each. */
export const migrationsFolder = join(import.meta.dirname, 'migrations');

/** Their names, in the order in which they are applied. */
export async function migrationNames(folder = migrationsFolder): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted();
}
