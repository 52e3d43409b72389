import type { Redis } from 'ioredis';

const tickMs = 200;
const silentTicksMax = 5;

/**
 * Replaces a connection on which answers are due and through which nothing comes any more. Told by ticks and not by the clock: data is
 * read between one tick and the next, so that a process that stood still itself does not take its store for silent.
 */
export function replaceSilent(redis: Redis): void {
  let silentTicks = 0;
  redis.on('connect', () => {
    silentTicks = 0;
    redis.stream.on('data', () => {
      silentTicks = 0;
    });
  });
  const timer = setInterval(() => {
    silentTicks = redis.commandQueue.length > 0 ? silentTicks + 1 : 0;
    if (silentTicks < silentTicksMax) return;
    silentTicks = 0;
    redis.stream.destroy(new Error('no answer comes through this connection any more'));
  }, tickMs);
  timer.unref();
  redis.on('end', () => clearInterval(timer));
}
