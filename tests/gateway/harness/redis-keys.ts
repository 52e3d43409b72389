import type { TestGateway } from './test-gateway.ts';

/** What Redis holds of a tenant. */
export async function redisKeysOf({ redis }: TestGateway, tenantId: string): Promise<string[]> {
  const found: string[] = [];
  let cursor = '0';
  do {
    const [next, keys] = await redis.scan(cursor, 'MATCH', `{${tenantId}}:*`, 'COUNT', 10_000);
    found.push(...keys);
    cursor = next;
  } while (cursor !== '0');
  return found;
}
