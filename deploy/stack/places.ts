import { join, resolve } from 'node:path';

// Another folder is a stack of its own, beside the one of this repository.
const data = resolve(process.env['TRIBUTARY_DATA'] ?? '.data');

/** Where a stack keeps what it needs; all of it is dropped by "npm run reset". */
export const places = {
  data,
  cache: resolve('.cache'),
  logs: join(data, 'logs'),
  secrets: join(data, 'secrets.json'),
  ownership: join(data, 'processes.json'),
  stack: join(data, 'stack.json'),
  anchors: join(data, 'audit-anchors'),
  sandbox: join(data, 'sandbox-provider.jsonl'),
} as const;

/** Wanted ports; where one is taken another is used and said. */
export const ports = {
  gateway: 4000,
  portal: 3000,
  postgres: 5433,
  redis: 6380,
  temporal: 7233,
  temporalHttp: 7243,
  temporalMetrics: 9233,
  temporalUi: 8233,
  gatewayOps: 9464,
  workerOps: 9465,
  sandbox: 4600,
} as const;
