import { Redis, type RedisOptions, type Result } from 'ioredis';
import { admitScript } from './admit.ts';
import { replaceSilent } from './replace-silent.ts';
import { settleScript } from './settle.ts';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    admit(keyCount: number, ...keysAndArguments: string[]): Result<unknown, Context>;
    settle(keyCount: number, ...keysAndArguments: string[]): Result<unknown, Context>;
  }
}

const commandTimeoutMs = 300;
const connectTimeoutMs = 1_000;
const firstRetryMs = 50;
const retryMsMax = 500;
const readyWithinMs = 1_000;

/**
 * A store that is away must be seen at once: nothing waits in a queue and nothing is sent twice behind our back.
 * A command that is sent again would find the nonce that it burned itself, and call its own request a replay.
 */
const options = {
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  enableAutoPipelining: true,
  commandTimeout: commandTimeoutMs,
  connectTimeout: connectTimeoutMs,
  retryStrategy,
  // What was the primary has become a replica: a new connection finds the one that is it now, this one never would.
  reconnectOnError: ({ message }) => message.startsWith('READONLY'),
} satisfies RedisOptions;

export function connectRedis(url: string, onError: (error: Error) => void): Redis {
  const redis = new Redis(url, { ...options, connectionName: 'tributary-gateway' });
  replaceSilent(redis);
  redis.defineCommand('admit', { lua: admitScript });
  redis.defineCommand('settle', { lua: settleScript });
  redis.on('error', onError);
  return redis;
}

/** Resolves when Redis is there, and soon all the same when it is not: only what is asked of it meanwhile is refused. */
export async function readyOrAway(redis: Redis): Promise<void> {
  await isReadyWithin(redis, readyWithinMs);
}

export function isReadyWithin(redis: Redis, ms: number): Promise<boolean> {
  if (redis.status === 'ready') return Promise.resolve(true);
  return new Promise((resolve) => {
    const finish = (isReady: boolean) => {
      clearTimeout(timer);
      redis.off('ready', onReady);
      resolve(isReady);
    };
    const onReady = () => finish(true);
    const timer = setTimeout(() => finish(false), ms);
    redis.setMaxListeners(0).on('ready', onReady);
  });
}

/** A connection of its own: one that listens can do nothing else. */
export function connectSubscriber(url: string, onError: (error: Error) => void): Redis {
  const redis = new Redis(url, {
    connectTimeout: connectTimeoutMs,
    retryStrategy,
    maxRetriesPerRequest: null,
    connectionName: 'tributary-gateway-keys',
  });
  redis.on('error', onError);
  return redis;
}

/** For ever, soon at first. Jitter keeps processes apart. */
function retryStrategy(tries: number): number {
  const ms = Math.min(firstRetryMs * 2 ** (tries - 1), retryMsMax);
  return Math.round(ms * (0.75 + Math.random() / 2));
}
