import { cpus, loadavg, totalmem, release } from 'node:os';

/** What the figures were measured on. */
export function describeMachine(): string {
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const load = loadavg().map((value) => value.toFixed(2));
  return `${cpus().length} x ${cpu?.model.trim() ?? 'unknown processor'}, ${memory} GiB, ${process.platform} ${release()}, Node ${process.version}, load average ${load.join(' ')}`;
}
