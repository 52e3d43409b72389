import { setImmediate as turn } from 'node:timers/promises';

/** Rows by what they are asked for by. */
interface Named {
  readonly metric: string;
}

interface Asked<Row> {
  readonly names: Set<string>;
  readonly rows: Promise<readonly Row[]>;
}

/**
 * What is asked of one source in one turn of the event loop, each for some names, is one statement of all of them: a statement costs a page a millisecond
 * of Node, and half of that of the database, whatever it reads.
 * @param read by all names together
 */
export function askedTogether<Source extends object, Row extends Named>() {
  const waiting = new WeakMap<Source, Map<string, Asked<Row>>>();
  return async (
    source: Source,
    like: string,
    names: readonly string[],
    read: (names: readonly string[]) => Promise<readonly Row[]>,
  ): Promise<readonly Row[]> => {
    const ofSource = waiting.get(source) ?? new Map<string, Asked<Row>>();
    waiting.set(source, ofSource);
    const asked = ofSource.get(like) ?? ask(ofSource, like, read);
    for (const name of names) asked.names.add(name);
    const rows = await asked.rows;
    return rows.filter(({ metric }) => names.includes(metric));
  };
}

function ask<Row>(
  waiting: Map<string, Asked<Row>>,
  like: string,
  read: (names: readonly string[]) => Promise<readonly Row[]>,
): Asked<Row> {
  const names = new Set<string>();
  const rows = turn().then(() => {
    waiting.delete(like);
    return read([...names]);
  });
  const asked = { names, rows };
  waiting.set(like, asked);
  return asked;
}
