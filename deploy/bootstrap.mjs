// Runs before anything is installed: plain JavaScript, and nothing but Node. Installs what package-lock.json names when
// node_modules lacks it, then hands over to deploy/COMMAND.ts in this same process.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const oldestNode = [20, 19];
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const command = process.argv[2] ?? '';

process.chdir(root);
refuseOldNode();
if (!isInstalled()) install();
await handOver();

function refuseOldNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return;
  fail(`Node ${process.versions.node} is too old: install ${oldestNode.join('.')} or newer`);
}

function isInstalled() {
  const locked = readPackages('package-lock.json');
  const installed = readPackages('node_modules/.package-lock.json');
  return Object.entries(locked).every(([path, wanted]) => {
    if (path === '' || wanted.link) return true;
    const has = installed[path];
    return has ? has.version === wanted.version : Boolean(wanted.optional || wanted.devOptional || wanted.peer);
  });
}

function readPackages(file) {
  return existsSync(join(root, file)) ? JSON.parse(readFileSync(join(root, file), 'utf8')).packages : {};
}

function install() {
  console.log('installing packages (npm ci); this takes a minute the first time');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { stdio: 'inherit' });
  if (status !== 0)
    fail('npm ci failed: see its message above; it needs the package registry, and write access to this folder');
}

async function handOver() {
  const file = join(root, 'deploy', `${command}.ts`);
  if (!/^[a-z-]+$/.test(command) || !existsSync(file)) fail(`no command "${command}"`);
  const { register } = await import('tsx/esm/api');
  register();
  process.argv.splice(1, 2, file);
  await import(pathToFileURL(file).href);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
