import { createKey } from '#prisma/federation-keys';
import { parseKeyring } from '#prisma/keyring';
import { listKeys } from '#prisma/list-federation-keys';
import { createPool } from '#prisma/pool';
import type { DemoKey } from './first-event.ts';
import { places } from './places.ts';
import { saveSecrets } from './secrets.ts';
import type { Secrets } from './secrets.ts';

const demoTenant = 'acme';

/** The demo tenant's key: that of an earlier start while the database still has it, else a new one. */
export async function ensureDemoKey(databaseUrl: string, ring: string, secrets: Secrets): Promise<DemoKey> {
  const db = createPool({ url: databaseUrl, role: 'migrator', max: 1, applicationName: 'tributary-start' });
  try {
    const kept = secrets.demoKey;
    const known = kept ? await listKeys(db, { tenantId: demoTenant }) : [];
    if (kept && known.some((key) => key.keyId === kept.keyId && key.state === 'active')) return kept;
    const demoKey = await createKey(db, parseKeyring(ring), {
      tenantId: demoTenant,
      name: 'demo',
      createdBy: 'npm start',
    });
    await saveSecrets(places.secrets, { ...secrets, demoKey });
    return demoKey;
  } finally {
    await db.end();
  }
}
