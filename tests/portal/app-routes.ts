import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

const root = join('portal', 'app');

/** Every path that the portal answers, with the file that does: as Next reads the folders. */
export async function appRoutes(): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return new Map(
    entries
      .filter(({ name }) => name === 'page.tsx' || name === 'route.ts')
      .map(({ name, parentPath }) => {
        const folders = relative(root, parentPath).split(sep);
        return [`/${folders.filter((folder) => folder !== '' && !folder.startsWith('(')).join('/')}`, name];
      }),
  );
}
