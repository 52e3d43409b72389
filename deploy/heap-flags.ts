/**
 * Room for young objects: a night's rating makes many that die soon, as does each page of the portal, and with Node's own 16 MiB collecting them is an
 * eighth to a fifth of their time.
 */
export const heapFlags = ['--max-semi-space-size=64'] as const;
