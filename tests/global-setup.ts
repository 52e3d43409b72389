import { resolve } from 'node:path';
import { openThrowawayServices } from '#deploy/services/open';
import { buildPrograms } from '#deploy/steps/build-programs';
import { createTemplate } from './support/database.ts';

/** Builds the programs, and starts the services that the environment does not name, and stops them after the last test. */
export default async function setup(): Promise<() => Promise<void>> {
  const services = await openThrowawayServices(resolve('.cache'), (line) => console.error(line));
  process.env['DATABASE_URL'] = services.databaseUrl;
  process.env['REDIS_URL'] = services.redisUrl;
  process.env['TEMPORAL_ADDRESS'] = services.temporalAddress;
  await buildPrograms();
  const template = process.env['TEST_TEMPLATE_DATABASE'] ? undefined : await createTemplate();
  return async () => {
    await template?.drop();
    await services.stop();
  };
}
