import cluster from 'node:cluster';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { log } from './server/log.ts';
import { booted } from './server/readiness.ts';

/** A process draws its pages on one thread: beside another a dear one does not hold up the next. Each has its own connections. */
const Processes = z.coerce.number().int().min(1).max(16).default(2);
const againMs = 1_000;
/** How the first that cannot start ends this process: its log says why. */
const failed = 1;

const processes = readProcesses();
let isStopping = false;
let starting = processes;

cluster.setupPrimary({
  exec: join(import.meta.dirname, '.next/standalone/portal/server.js'),
  // The build's own maps name no sources: to read them with each of its files is work for nothing.
  execArgv: process.execArgv.filter((flag) => flag !== '--enable-source-maps'),
});

cluster.on('message', (_worker, message) => {
  if (message === booted) starting -= 1;
});

cluster.on('exit', (_worker, code, signal) => {
  if (isStopping) return;
  if (starting > 0) return stop(failed);
  log.error({ code, signal }, 'a process of the portal ended, another one is started');
  void sleep(againMs).then(() => {
    if (!isStopping) cluster.fork();
  });
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop(0));

for (let n = 0; n < processes; n++) cluster.fork();

function readProcesses(): number {
  const read = Processes.safeParse(process.env['PORTAL_PROCESSES']);
  if (read.success) return read.data;
  log.fatal('PORTAL_PROCESSES: is no whole number from 1 to 16');
  process.exit(failed);
}

/** Each finishes its requests; this process ends with the last. */
function stop(code: number) {
  isStopping = true;
  process.exitCode = code;
  for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGTERM');
}
