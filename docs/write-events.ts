import { writeFile } from 'node:fs/promises';
import { openApiDocument } from '#gateway/documents/openapi';
import { eventsPage } from './events-page.ts';

await writeFile(new URL('events.md', import.meta.url), eventsPage());
await writeFile(new URL('openapi.json', import.meta.url), `${JSON.stringify(openApiDocument(), undefined, 2)}\n`);
