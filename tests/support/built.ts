import { join, relative, resolve } from 'node:path';
import { buildInto } from '#deploy/steps/build-programs';

// Beside the packages that it loads.
const folder = resolve('.cache', 'tests');
const building = new Map<string, Promise<void>>();

/** What Node is to run this entry point by, built once for a test file: a start from the sources takes seconds more. */
export async function builtArgs(file: string): Promise<readonly [string, string]> {
  const name = relative('.', file).replaceAll('/', '-').replace(/\.ts$/, '');
  const built = building.get(file) ?? buildInto(folder, { [name]: file });
  building.set(file, built);
  await built;
  return ['--enable-source-maps', join(folder, `${name}.mjs`)];
}
