import { database } from '../../../server/database.ts';
import { readiness } from '../../../server/readiness.ts';

/** Whether staff can sign in: the database answers and the staff tables are seeded. */
export async function GET() {
  const isReachable = await database()
    .pool.query('select 1')
    .then(
      () => true,
      () => false,
    );
  const ok = isReachable && readiness.isSeeded;
  return Response.json({ ok }, { status: ok ? 200 : 503, headers: { 'cache-control': 'no-store' } });
}
