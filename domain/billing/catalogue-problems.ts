import type { z } from 'zod';

export type Path = readonly (string | number)[];

/** One thing wrong with a catalogue, where it stands in the file, and why. */
export interface Problem {
  readonly path: Path;
  readonly message: string;
}

/** A schema's refusal of a value; an unknown member is named by its own path, and one that is not there is called missing. */
export function problemsOf(error: z.ZodError, value: unknown): Problem[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ path: pathIn(value, [...issue.path, key]), message: 'Unknown member' }));
    }
    const wanted = issue.path.map(segmentOf);
    const path = pathIn(value, wanted);
    if (issue.code === 'invalid_key') return [{ path, message: issue.issues[0]?.message ?? issue.message }];
    return [{ path, message: valueAt(value, path) === undefined ? missing(issue.message) : issue.message }];
  });
}

/** The schema's own words about what is not there say nothing more. */
function missing(message: string): string {
  return message.startsWith('Invalid') ? 'Is missing' : `Is missing: ${message}`;
}

/** A path that a schema saw: what stands alone in the file was a list of one to it. */
function pathIn(value: unknown, wanted: readonly PropertyKey[]): Path {
  const path: (string | number)[] = [];
  let at = value;
  for (const segment of wanted.map(segmentOf)) {
    if (typeof segment === 'number' && !Array.isArray(at)) continue;
    if (typeof at !== 'object' || at === null) break;
    path.push(Array.isArray(at) ? Number(segment) : segment);
    at = memberOf(at, segment);
  }
  return path;
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((at, segment) => memberOf(at, segment), value);
}

function memberOf(value: unknown, segment: string | number): unknown {
  if (Array.isArray(value)) return value[Number(segment)];
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([key]) => key === segment)?.[1];
}

function segmentOf(segment: PropertyKey): string | number {
  return typeof segment === 'number' ? segment : String(segment);
}
