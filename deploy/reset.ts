import { rm } from 'node:fs/promises';
import { findServerAccount, reachableFolder } from './services/account.ts';
import { findOwner } from './stack/ownership.ts';
import { places } from './stack/places.ts';

/** Drops all data of "npm start" in this folder. */
const owner = await findOwner(places.ownership);
if (owner !== undefined) {
  console.error(`"npm start" runs here (process ${owner}): stop it first`);
  process.exit(1);
}
const cluster = reachableFolder(places.data, findServerAccount());
await Promise.all(
  [places.data, ...(cluster === places.data ? [] : [cluster])].map((folder) =>
    rm(folder, { recursive: true, force: true }),
  ),
);
console.log('dropped .data; "npm start" begins anew');
