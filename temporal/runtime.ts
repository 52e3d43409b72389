import { once } from 'node:events';
import { createServer } from 'node:net';
import { Runtime } from '@temporalio/worker';
import type { LogLevel, LogMetadata } from '@temporalio/common';
import type { Logger } from 'pino';

/** Where the SDK's own metrics are answered, on loopback. */
export interface SdkRuntime {
  readonly metricsUrl: string;
}

// The SDK's runtime is one per process, whoever asks first.
let installed: Promise<SdkRuntime> | undefined;

/** Gives the SDK our log, a port for its metrics, and no signal handlers: a process has one of its own. */
export function installRuntime(log: Logger): Promise<SdkRuntime> {
  installed ??= install(log);
  return installed;
}

const triesMax = 3;

async function install(log: Logger, tried = 1): Promise<SdkRuntime> {
  const bindAddress = `127.0.0.1:${await freePort()}`;
  try {
    Runtime.install({
      logger: sdkLogger(log),
      shutdownSignals: [],
      telemetryOptions: {
        logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} },
        metrics: { prometheus: { bindAddress, useSecondsForDurations: true, countersTotalSuffix: true } },
      },
    });
  } catch (error) {
    // The SDK takes no port 0; between finding one free and taking it, another may have.
    if (tried >= triesMax) throw error;
    return install(log, tried + 1);
  }
  return { metricsUrl: `http://${bindAddress}/metrics` };
}

const methods = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

export function sdkLogger(log: Logger) {
  const write = (level: LogLevel, message: string, meta: LogMetadata = {}) => log[methods[level]]({ ...meta }, message);
  return {
    log: write,
    trace: (message: string, meta?: LogMetadata) => write('TRACE', message, meta),
    debug: (message: string, meta?: LogMetadata) => write('DEBUG', message, meta),
    info: (message: string, meta?: LogMetadata) => write('INFO', message, meta),
    warn: (message: string, meta?: LogMetadata) => write('WARN', message, meta),
    error: (message: string, meta?: LogMetadata) => write('ERROR', message, meta),
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port for metrics');
  return address.port;
}
