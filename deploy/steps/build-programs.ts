import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';

const entries = {
  gateway: 'gateway/main.ts',
  worker: 'temporal/main.ts',
  portal: 'portal/main.ts',
  sandbox: 'payments/sandbox/main.ts',
  migrate: 'prisma/migrate-cli.ts',
  schedules: 'temporal/schedules-cli.ts',
} as const;

export type ProgramName = keyof typeof entries;

/** What Node is to run a built program by; traces name the lines of its sources. */
export function programArgs(name: ProgramName): readonly [string, string] {
  return ['--enable-source-maps', fileOf(name)];
}

/** What is deployed. */
export function buildPrograms(): Promise<void> {
  return buildInto('dist', entries);
}

/** Each program in one file: to read its hundreds of sources one by one takes three quarters of the time until it serves. */
export async function buildInto(folder: string, sources: Readonly<Record<string, string>>): Promise<void> {
  const { outputFiles } = await build({
    entryPoints: Object.entries(sources).map(([out, entry]) => ({ in: entry, out })),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    write: false,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'linked',
    plugins: [wherePartsAre],
    logLevel: 'warning',
  });
  await mkdir(folder, { recursive: true });
  await Promise.all(outputFiles.map(({ path, contents }) => replaceFile(path, contents)));
}

function fileOf(name: ProgramName): string {
  return resolve('dist', `${name}.mjs`);
}

/** A module finds what lies beside it from where its source is. */
const wherePartsAre: Plugin = {
  name: 'where parts are',
  setup(bundle) {
    bundle.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const contents = source
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href))
        .replaceAll('import.meta.dirname', JSON.stringify(dirname(path)));
      return { contents, loader: 'ts' };
    });
  },
};

/** Whole at once: another start may be reading the one before. */
async function replaceFile(path: string, contents: Uint8Array) {
  const unfinished = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(unfinished, contents);
  await rename(unfinished, path);
}
