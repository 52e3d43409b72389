import { resolve } from 'node:path';
import { migrate } from '#prisma/migrate';
import { onInterrupt } from './interrupt.ts';
import { openThrowawayServices } from './services/open.ts';
import type { OpenServices } from './services/open.ts';

/** Throwaway services for trials and single tests: prints the variables that name them, and stops them at Ctrl-C. */
let services: OpenServices | undefined;
onInterrupt(async () => services?.stop());
services = await openThrowawayServices(resolve('.cache'), (line) => console.error(line));
const applied = await migrate(services.databaseUrl);
console.error(`applied ${applied.length} migrations; Ctrl-C stops and forgets all of it`);
console.log(`export DATABASE_URL=${services.databaseUrl}`);
console.log(`export REDIS_URL=${services.redisUrl}`);
console.log(`export TEMPORAL_ADDRESS=${services.temporalAddress}`);
setInterval(() => undefined, 60_000);
