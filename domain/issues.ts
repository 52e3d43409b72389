import type { z } from 'zod';

/** One thing wrong with a body: where (a path like `data.currency` or `3.quantity`) and what. */
export interface Issue {
  readonly path: string;
  readonly message: string;
}

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly issues: readonly Issue[] };

const pathLengthMax = 200;
/** Nobody mends more at once, and a body of nothing but unknown members must not be answered by one six times its size. */
export const issuesMax = 100;

/** The issues of a schema's refusal, the first of them; an unknown member is named by its own path. */
export function issuesOf(error: z.ZodError): Issue[] {
  const first = error.issues.slice(0, issuesMax).flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return [issueAt(issue.path, issue.message)];
    return issue.keys.slice(0, issuesMax).map((key) => issueAt([...issue.path, key], 'Unknown member'));
  });
  return first.slice(0, issuesMax);
}

export function issueAt(path: readonly PropertyKey[], message: string): Issue {
  return { path: [...path.map(String).join('.')].slice(0, pathLengthMax).join(''), message };
}
