import { openAdmin } from '#tests/support/admin';
import { cpuBetween, readCpu, totalCpu, type CpuSeconds } from '../cpu-meter.ts';
import { percentile } from '../figures.ts';
import { closedLoop } from '../load/closed-loop.ts';
import { makeEvents } from '../load/events.ts';
import { signedRequest, type BenchKey } from '../load/signed-request.ts';
import { expectCorrect, untilApplied } from '../quiesce.ts';
import type { BenchServices } from '../systems/services.ts';
import { makeKeys, startSystem, type SystemName } from '../systems/system.ts';

export interface SaturationFigures {
  readonly acceptedPerS: number;
  readonly appliedPerS: number;
  readonly cpuPer1000: number;
  readonly cpuByPart: CpuSeconds;
  readonly answerP50Ms: number;
  readonly answerP99Ms: number;
  readonly refused: number;
}

const connections = 64;
const tenants = 20;
const warmUpEvents = 2_000;

/** So many events as fast as 64 connections bring them, then until the last is applied. */
export async function saturate(
  system: SystemName,
  services: BenchServices,
  run: string,
  events: number,
): Promise<SaturationFigures> {
  const db = openAdmin(services.databaseUrl, 2);
  const running = await startSystem(system, services);
  try {
    const warmUp = signAll(await makeKeys(services, `${run}w`, tenants), warmUpEvents, `${run}w`);
    await closedLoop(running.port, warmUp, connections);
    await untilApplied(db);
    const requests = signAll(await makeKeys(services, run, tenants), events, run);
    const before = readCpu(running.pids);
    const load = await closedLoop(running.port, requests, connections);
    const restMs = await untilApplied(db);
    const cpuByPart = cpuBetween(before, readCpu(running.pids));
    await expectCorrect(db, run, load.accepted);
    return {
      acceptedPerS: (load.accepted / load.tookMs) * 1_000,
      appliedPerS: (load.accepted / (load.tookMs + restMs)) * 1_000,
      cpuPer1000: (totalCpu(cpuByPart) / load.accepted) * 1_000,
      cpuByPart,
      answerP50Ms: percentile(load.latenciesMs, 0.5),
      answerP99Ms: percentile(load.latenciesMs, 0.99),
      refused: load.sent - load.accepted,
    };
  } finally {
    await running.stop();
    await db.end();
  }
}

/** Signed before the load begins, so that the generator's own work does not share the cores. */
export function signAll(keys: readonly BenchKey[], events: number, run: string): Buffer[] {
  const perTenant = keys.map((key) => ({
    key,
    events: makeEvents(key.tenantId, Math.ceil(events / keys.length), run),
  }));
  return Array.from({ length: events }, (_, n) => {
    const { key, events: own } = perTenant[n % keys.length] ?? {};
    if (!key || !own) throw new Error('no keys');
    const body = JSON.stringify(own[Math.floor(n / keys.length)]);
    return signedRequest(key, '/api/federation/events', body, `${run}-${n}`);
  });
}
