import { rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { findServerAccount, reachableFolder } from './services/account.ts';
import { temporalFiles } from './services/temporal-files.ts';
import { findOwner } from './stack/ownership.ts';
import { places } from './stack/places.ts';

/** Drops all data of "npm start" in this folder; of Temporal's alone where it is named, as a newer server may not read what an older one wrote. */
const owner = await findOwner(places.ownership);
if (owner !== undefined) {
  console.error(`"npm start" runs here (process ${owner}): stop it first`);
  process.exit(1);
}
const isTemporalAlone = process.argv.includes('temporal');
const dropped = isTemporalAlone
  ? temporalFiles.map((name) => join(places.data, name))
  : [...new Set([places.data, reachableFolder(places.data, findServerAccount())])];
await Promise.all(dropped.map((path) => rm(path, { recursive: true, force: true })));
console.log(
  isTemporalAlone
    ? 'dropped all runs; "npm start" begins those anew that something waits for'
    : `dropped ${relative('.', places.data)}; "npm start" begins anew`,
);
