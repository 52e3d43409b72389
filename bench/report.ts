import { totalCpu, type CpuSeconds } from './cpu-meter.ts';
import { formatSpread, spreadOf } from './figures.ts';
import type { GrowthStep } from './scenarios/growth.ts';
import type { PaceFigures } from './scenarios/pace.ts';
import type { SaturationFigures } from './scenarios/saturation.ts';
import type { UsageFigures } from './scenarios/usage.ts';

/** Each scenario's figures as a section of Markdown. */
export function reportSaturation(
  tributary: readonly SaturationFigures[],
  direct: readonly SaturationFigures[],
): string {
  const row = (label: string, of: (figures: SaturationFigures) => number, digits: number, goal: string) => {
    const ratios = tributary.map((figures, run) => of(figures) / of(direct[run] ?? figures));
    return `| ${label} | ${formatSpread(spreadOf(tributary.map(of)), digits)} | ${formatSpread(spreadOf(direct.map(of)), digits)} | ${formatSpread(spreadOf(ratios), 2)} | ${goal} |`;
  };
  const parts = Object.keys(tributary[0]?.cpuByPart ?? {});
  return `## At saturation: 64 connections, events one by one

The baseline answers after one synchronous transaction that writes the same rows, behind the same guards, without an engine.

| figure | tributary | baseline | ratio | goal |
|---|---|---|---|---|
${row('accepted/s', ({ acceptedPerS }) => acceptedPerS, 0, 'at least 2.0')}
${row('applied/s, until the last', ({ appliedPerS }) => appliedPerS, 0, 'at least 1.4')}
${row('CPU seconds per 1,000 events, all processes', ({ cpuPer1000 }) => cpuPer1000, 2, 'at most 0.8')}
${row('answer p50, ms', ({ answerP50Ms }) => answerP50Ms, 1, '')}
${row('answer p99, ms', ({ answerP99Ms }) => answerP99Ms, 1, '')}

CPU seconds by part, median run sums: ${parts.map((part) => `${part} ${formatSpread(spreadOf(tributary.map(({ cpuByPart }) => cpuByPart[part] ?? 0)), 1)}`).join(', ')}; baseline: ${Object.keys(
    direct[0]?.cpuByPart ?? {},
  )
    .map((part) => `${part} ${formatSpread(spreadOf(direct.map(({ cpuByPart }) => cpuByPart[part] ?? 0)), 1)}`)
    .join(
      ', ',
    )}. Refused: ${tributary.reduce((sum, { refused }) => sum + refused, 0)} of tributary's, ${direct.reduce((sum, { refused }) => sum + refused, 0)} of the baseline's requests.`;
}

export function reportPace(paces: readonly (readonly PaceFigures[])[]): string {
  const goals = ['p50 at most 25, each its own workflow', 'p50 at most 60, none over 1,000'];
  const row = (figures: readonly PaceFigures[], goal: string | undefined) => {
    const spread = (of: (one: PaceFigures) => number, digits = 0) => formatSpread(spreadOf(figures.map(of)), digits);
    return `| ${figures[0]?.ratePerS}/s | ${spread((one) => one.appliedP50Ms)} | ${spread((one) => one.appliedP99Ms)} | ${spread((one) => one.appliedMaxMs)} | ${spread((one) => one.ownWorkflows * 100)} % | ${spread((one) => one.answerP50Ms, 1)} | ${spread((one) => one.answerP99Ms, 1)} | ${goal ?? ''} |`;
  };
  return `## At a pace: open loop, from receipt to verdict, ms

| pace | p50 | p99 | max | own workflows | answer p50 | answer p99 | goal |
|---|---|---|---|---|---|---|---|
${paces.map((figures, index) => row(figures, goals[index])).join('\n')}`;
}

export function reportUsage(figures: readonly UsageFigures[]): string {
  const ratios = figures.map(({ rowsPerS, bareRowsPerS }) => rowsPerS / bareRowsPerS);
  const cpu = (of: (one: UsageFigures) => CpuSeconds) =>
    Object.keys(figures[0] ? of(figures[0]) : {})
      .map((part) => {
        const perRequest = figures.map((one) => ((of(one)[part] ?? 0) * 1_000) / one.requests);
        return `${part} ${formatSpread(spreadOf(perRequest), 1)}`;
      })
      .join(', ');
  return `## Usage: requests of 1,000 rows

| figure | value | goal |
|---|---|---|
| rows/s, until the last is in the books | ${formatSpread(spreadOf(figures.map(({ rowsPerS }) => rowsPerS)))} | |
| rows/s of bare multi-row inserts of the same rows | ${formatSpread(spreadOf(figures.map(({ bareRowsPerS }) => bareRowsPerS)))} | |
| ratio | ${formatSpread(spreadOf(ratios), 2)} | at least 0.5 |

Both after ${figures[0]?.warmUpRequests} requests that warm up. CPU ms per request: ${cpu((one) => one.cpuByPart)}; of the bare inserts: ${cpu((one) => one.bareCpuByPart)}, and the client that makes their arrays.`;
}

export function reportGrowth(steps: readonly GrowthStep[]): string {
  // The first step warms the processes up.
  const warm = steps.slice(1);
  const middle = Math.ceil(warm.length / 2);
  const [earlier, later] = [meanCpuMs(warm.slice(0, middle)), meanCpuMs(warm.slice(middle))];
  const parts = Object.keys(steps[0]?.cpuMs ?? {});
  const cells = (step: GrowthStep) => [
    step.events.toLocaleString('en-US'),
    totalCpu(step.cpuMs).toFixed(2),
    ...parts.map((part) => (step.cpuMs[part] ?? 0).toFixed(2)),
    step.gatewayMiB.toFixed(0),
    step.workerMiB.toFixed(0),
  ];
  return `## As the books grow: one set of processes

CPU ms per event, of all processes and by part.

| events so far | all | ${parts.join(' | ')} | gateway MiB | worker MiB |
|${'---|'.repeat(parts.length + 4)}
${steps.map((step) => `| ${cells(step).join(' | ')} |`).join('\n')}

The first step warms up. Mean cost of the later half of the others over that of the earlier half: ${(totalCpu(later) / totalCpu(earlier)).toFixed(2)}; goal: at most 1.10. By part: ${parts.map((part) => `${part} ${((later[part] ?? 0) / (earlier[part] ?? 0)).toFixed(2)}`).join(', ')}. A single step may hold a lump (vacuum, a checkpoint, Temporal's own housekeeping) that says nothing of growth.`;
}

function meanCpuMs(steps: readonly GrowthStep[]): CpuSeconds {
  const parts = Object.keys(steps[0]?.cpuMs ?? {});
  return Object.fromEntries(
    parts.map((part) => [part, steps.reduce((sum, { cpuMs }) => sum + (cpuMs[part] ?? 0), 0) / steps.length]),
  );
}
