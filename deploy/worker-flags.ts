/** Room for young objects: a night's rating makes many that die soon, and with Node's own 16 MiB collecting them is a fifth of its time. */
export const workerFlags = ['--max-semi-space-size=64'] as const;
