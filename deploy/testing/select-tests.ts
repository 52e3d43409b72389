import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

export type Selected = {
  readonly isLong: boolean;
  /** Parts of paths; none means all. */
  readonly patterns: readonly string[];
  /** Handed on as they are: to Vitest, for example -t NAME, or to Playwright where the patterns pick nothing but its files, for example --repeat-each=5. */
  readonly options: readonly string[];
  readonly files: readonly string[];
  readonly browserFiles: readonly string[];
};

/** What "npm test -- ARGUMENTS" asks for: files by parts of their paths, and options of the one runner that has them. */
export async function selectTests(args: readonly string[]): Promise<Selected> {
  const isLong = args.includes('--long');
  const rest = args.filter((arg) => arg !== '--long');
  const firstOption = rest.findIndex((arg) => arg.startsWith('-'));
  const patterns = firstOption === -1 ? rest : rest.slice(0, firstOption);
  const options = firstOption === -1 ? [] : rest.slice(firstOption);
  const entries = await readdir('tests', { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const matching = files.filter((file) => patterns.length === 0 || patterns.some((pattern) => file.includes(pattern)));
  const plainFiles = matching.filter((file) => file.endsWith('.test.ts'));
  return {
    isLong,
    patterns,
    options,
    files: plainFiles,
    browserFiles:
      options.length > 0 && plainFiles.length > 0 ? [] : matching.filter((file) => file.endsWith('.spec.ts')),
  };
}
