import { access } from 'node:fs/promises';
import { runProgram } from './run-program.ts';
import { doWhenChanged } from './stamp.ts';

const generated = 'prisma/generated/client.ts';

/** The Prisma client, made again when the schema changed. */
export async function generateClient(): Promise<boolean> {
  const isMissing = await access(generated).then(
    () => false,
    () => true,
  );
  if (isMissing) {
    await generate();
    return true;
  }
  return doWhenChanged('prisma/generated/.stamp', ['prisma/schema.prisma', 'package-lock.json'], generate);
}

// The command line wants its schema engine even to generate, where it is never run: any program will do.
function generate() {
  return runProgram(
    'generating the Prisma client',
    ['node_modules/prisma/build/index.js', 'generate', '--schema', 'prisma/schema.prisma'],
    { PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true' },
    'Mend prisma/schema.prisma, then run this again.',
  );
}
