import { createServer, type Server } from 'node:http';
import type { Billing } from './billing.ts';
import type { EventEngine } from './engine.ts';

export interface OpsResources {
  readonly engine: Pick<EventEngine, 'status' | 'metrics'>;
  readonly billing: Pick<Billing, 'status' | 'metrics'>;
  readonly isStopping: () => boolean;
  /** Rejects while Postgres is away, or has not the schema that this release needs. */
  readonly checkSchema: () => Promise<unknown>;
}

const text = 'text/plain; version=0.0.4';
const json = 'application/json';

/** Private: liveness, readiness and metrics of the worker process. Temporal is shown and does not fail it: what waits is not lost. */
export function createOpsServer(resources: OpsResources): Server {
  return createServer((request, response) => {
    answer(request.url ?? '', resources).then(
      ({ status, type, body }) => response.writeHead(status, { 'content-type': type }).end(body),
      () => response.writeHead(500).end(),
    );
  });
}

async function answer(url: string, { engine, billing, isStopping, checkSchema }: OpsResources) {
  if (url === '/healthz') return { status: 200, type: json, body: '{"ok":true}' };
  if (url === '/metrics') return { status: 200, type: text, body: await readMetrics(engine, billing) };
  if (url !== '/readyz') return { status: 404, type: json, body: '{"ok":false}' };
  const postgres = await checkSchema().then(
    () => 'ready',
    () => 'away',
  );
  const ok = postgres === 'ready' && !isStopping();
  const body = JSON.stringify({ ok, postgres, engine: engine.status(), billing: billing.status() });
  return { status: ok ? 200 : 503, type: json, body };
}

async function readMetrics(engine: OpsResources['engine'], billing: OpsResources['billing']): Promise<string> {
  // The engine's are told also while Postgres is away.
  return (await engine.metrics()) + (await billing.metrics().catch(() => ''));
}
