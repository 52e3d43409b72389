import { Hono } from 'hono';
import { problems } from '#domain/errors';
import { plainProblem } from './answers/plain.ts';
import type { Env } from './context.ts';
import type { Gateway } from './gateway.ts';
import { createReadiness } from './readiness.ts';
import { mountDocuments } from './routes/documents.ts';
import { eventStateRoute } from './routes/event-state.ts';
import { eventsRoute } from './routes/events.ts';
import { mount, requireOnlyGuarded } from './routes/federation-route.ts';
import { mountHealth } from './routes/health.ts';
import { mountMetrics } from './routes/metrics.ts';
import { mountProviderWebhook } from './routes/provider-webhook.ts';
import { usageRoute } from './routes/usage.ts';
import { createServices, type GatewayResources, type GatewayServices } from './services.ts';

export interface GatewayApp extends GatewayServices {
  readonly hono: Hono<Env>;
}

/** A gateway without its HTTP server. After the last answer its `close` writes what is still to be written. */
export function createApp(resources: GatewayResources): GatewayApp {
  const services = createServices(resources);
  return { ...services, hono: createRoutes(resources, services.gateway) };
}

function createRoutes({ db, keyring, config, metrics, webhooks }: GatewayResources, gateway: Gateway): Hono<Env> {
  const app = new Hono<Env>();
  for (const route of [eventsRoute, usageRoute, eventStateRoute]) mount(app, gateway, route);
  mountHealth(app, gateway, createReadiness(db, keyring));
  mountMetrics(app, gateway, metrics);
  mountProviderWebhook(app, gateway, webhooks && { db, ...webhooks });
  mountDocuments(app, gateway, config.publicBaseUrl);
  app.notFound(() => {
    gateway.report.unsigned('none', problems.not_found.status);
    return plainProblem(gateway, 'not_found');
  });
  app.onError((error) => {
    gateway.report.defect(error);
    return plainProblem(gateway, 'internal');
  });
  requireOnlyGuarded(app);
  return app;
}
