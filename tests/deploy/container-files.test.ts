import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { redisAccess } from '#deploy/services/redis';

const read = (path: string) => readFileSync(path, 'utf8');
const lines = (path: string) => read(path).split('\n').filter(Boolean);

test('control 34: what holds secrets or is made here enters no image', () => {
  const ignored = lines('.dockerignore');
  expect(ignored).toEqual(expect.arrayContaining(['.data', '.env*', '**/.env*', 'dist', '.git']));
});

describe.each(['gateway', 'worker', 'portal'])('the %s', (part) => {
  const composed = partOf(read('deploy/compose.yaml'), part);
  const clustered = read(`deploy/k8s/${part}.yaml`);

  test('is told as much in a cluster as by compose', () => {
    const names = [...composed.matchAll(/^ {6}([A-Z][A-Z0-9_]*):/gm)].map(([, name = '']) => name);
    expect(names.length).toBeGreaterThan(3);
    expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(clustered))).toEqual([]);
  });

  test('is started by one command', () => {
    const [command] = /\['node'.*\]/.exec(clustered) ?? [''];
    const image = read('deploy/Dockerfile').replaceAll('"', "'");
    expect(composed.includes('command:') ? composed : image).toContain(command);
  });
});

test('a gateway in a cluster still listens while it is taken out of its service, and ends in its time', () => {
  const clustered = read('deploy/k8s/gateway.yaml');
  const intervalMs = Number(/BALANCER_INTERVAL_MS, value: '(\d+)'/.exec(clustered)?.[1]);
  const graceS = Number(/terminationGracePeriodSeconds: (\d+)/.exec(clustered)?.[1]);
  expect(intervalMs).toBeGreaterThanOrEqual(3_000);
  // Answers take 8 s at most, activities 40 s.
  expect(graceS).toBeGreaterThanOrEqual(intervalMs / 1_000 + 8 + 40);
});

test('the Redis of compose gives the rights that the one of a stack gives', () => {
  expect(partOf(read('deploy/compose.yaml'), 'redis').replace(/\s+/g, ' ')).toContain(
    `on >\${REDIS_PASSWORD:?} ${redisAccess} `,
  );
});

test('every program that a container runs is built', () => {
  const files = [
    'deploy/compose.yaml',
    'deploy/Dockerfile',
    'deploy/k8s/migrate-job.yaml',
    'deploy/k8s/schedules-job.yaml',
  ];
  const named = files.flatMap((file) => [...read(file).matchAll(/dist\/([a-z]+)\.mjs/g)].map(([, name = '']) => name));
  const built = read('deploy/steps/build-programs.ts');
  expect(new Set(named)).toEqual(new Set(['gateway', 'worker', 'portal', 'migrate', 'schedules']));
  for (const name of named) expect(built).toMatch(new RegExp(`^  ${name}: '`, 'm'));
});

function partOf(compose: string, part: string): string {
  return new RegExp(`^  ${part}:\\n((?: {3,}.*\\n|\\n)+)`, 'm').exec(compose)?.[1] ?? '';
}
