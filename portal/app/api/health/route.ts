import { firstMissing } from '#prisma/first-missing';
import { database } from '../../../server/database.ts';
import { readiness } from '../../../server/readiness.ts';

const migrations = (process.env.RELEASE_MIGRATIONS ?? '').split(',');

/** Whether staff can sign in: the database answers, has the schema of this release, and its staff tables are seeded. */
export async function GET() {
  const isCurrent = await firstMissing(database().pool, migrations).then(
    (missing) => missing === undefined,
    () => false,
  );
  const ok = isCurrent && readiness.isSeeded;
  return Response.json({ ok }, { status: ok ? 200 : 503, headers: { 'cache-control': 'no-store' } });
}
