import { createServer, type Server } from 'node:http';
import { pino } from 'pino';
import { createPool } from '#prisma/pool';
import { createEventEngine, type EventEngine } from './engine.ts';
import { readEngineEnv } from './env.ts';
import { describeError } from './failure.ts';
import { createApplyPools } from './worker.ts';

/** The worker process: events for which no gateway has room, what a dead gateway left, and a sweeper of its own. */
const log = pino({ level: process.env['LOG_LEVEL'] ?? 'info', base: { process: 'worker' } });

const databaseUrl = process.env['DATABASE_URL'];
if (!databaseUrl) throw new Error('DATABASE_URL is not set');
const opsHost = process.env['OPS_HOST'] ?? '0.0.0.0';
const opsPort = Number(process.env['OPS_PORT'] ?? '9465');

const claims = createPool({ url: databaseUrl, role: 'worker', max: 3, applicationName: 'worker-sweeper' });
const pools = createApplyPools(databaseUrl, 'worker');
const engine = createEventEngine({
  env: { ...readEngineEnv(process.env), worker: 'embedded' },
  db: { ...pools, gateway: claims },
  log,
});
let isStopping = false;
const ops = serveOps(engine);

process.once('SIGTERM', () => void stop('SIGTERM'));
process.once('SIGINT', () => void stop('SIGINT'));

async function stop(signal: string) {
  isStopping = true;
  log.info({ signal }, 'worker stops');
  // A second signal ends it at once; nothing is lost by that either.
  for (const again of ['SIGTERM', 'SIGINT'] as const) process.on(again, () => process.exit(1));
  try {
    await engine.close();
    await Promise.all([claims.end(), pools.apply.end(), pools.applyPatiently.end()]);
    ops.close();
    log.info('worker stopped');
    process.exit(0);
  } catch (error) {
    log.error({ ...describeError(error), says: String(error) }, 'worker did not stop in time');
    process.exit(1);
  }
}

/** Private: readiness and metrics. Temporal is shown and does not fail it: what waits is not lost. */
function serveOps(engine: EventEngine): Server {
  const server = createServer((request, response) => {
    void answer(request.url ?? '').then(({ status, type, body }) =>
      response.writeHead(status, { 'content-type': type }).end(body),
    );
  });
  return server.listen(opsPort, opsHost);

  async function answer(url: string) {
    if (url === '/healthz') return json(200, { ok: true });
    if (url === '/readyz') return ready();
    if (url === '/metrics')
      return { status: 200, type: 'text/plain; version=0.0.4', body: await engine.sdkMetrics().catch(() => '') };
    return json(404, { ok: false });
  }

  async function ready() {
    const isSchemaThere = await claims.query('select from accepted_backlog(1)').then(
      () => true,
      () => false,
    );
    const isReady = isSchemaThere && !isStopping;
    return json(isReady ? 200 : 503, { ok: isReady, postgres: isSchemaThere, engine: engine.status() });
  }
}

function json(status: number, body: object) {
  return { status, type: 'application/json', body: JSON.stringify(body) };
}
