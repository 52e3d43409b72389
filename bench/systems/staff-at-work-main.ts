import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { timedMs } from './phases.ts';
import { listPages, readAway, readWhole } from './portal.ts';

/**
 * Four people at the portal, one of whom fetches a file of all leads, until standard input ends. They are not the tenant: what their browsers do with
 * what they get takes no time of who sends events, and on a machine of their own would take none of these cores. Prints JSON.
 */
const { values } = parseArgs({ options: { origin: { type: 'string' }, cookie: { type: 'string' } } });
const { origin = '', cookie = '' } = values;
setPriority(constants.priority.PRIORITY_LOW);

const people = 4;
/** Each looks at a page for so long before opening the next: a very busy person. */
const lookMs = 1_000;

/** To start a program takes a core for a second: that is no work of theirs. */
process.send?.('begun');
process.disconnect();
let isOver = false;
void once(process.stdin.resume(), 'end').then(() => (isOver = true));
const pagesMs: number[] = [];

async function read(person: number) {
  await sleep((person * lookMs) / people);
  for (let n = person; !isOver; n++) {
    const path = listPages[n % listPages.length] ?? listPages[0];
    pagesMs.push(await timedMs(() => readWhole(`${origin}${path}`, cookie)));
    await sleep(lookMs);
  }
}

const [fileMs] = await Promise.all([
  timedMs(() => readAway(`${origin}/provider/leads/export`, cookie)),
  ...Array.from({ length: people }, (_, person) => read(person)),
]);
console.log(JSON.stringify({ pagesMs, fileMs }));
