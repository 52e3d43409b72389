import { problems, type ProblemCode } from '#domain/errors';
import type { Issue } from '#domain/issues';

/** Builds the body of a refusal. The words are fixed per code: no input is echoed but header names and issue paths. */
export interface Problems {
  body(code: ProblemCode, requestId: string, more?: ProblemMore): string;
}

export interface ProblemMore {
  readonly issues?: readonly Issue[] | undefined;
  readonly headerNames?: readonly string[] | undefined;
}

export function createProblems(publicBaseUrl: string): Problems {
  const fixed = new Map<ProblemCode, string>();
  const write = (code: ProblemCode, requestId: string, { issues, headerNames }: ProblemMore) => {
    const { status, title, detail } = problems[code];
    return JSON.stringify({
      ok: false,
      code,
      type: `${publicBaseUrl}/docs#${code}`,
      title,
      status,
      detail: headerNames ? `${detail.slice(0, -1)}: ${headerNames.join(', ')}.` : detail,
      requestId,
      ...(issues && { issues }),
    });
  };
  return {
    body(code, requestId, more = {}) {
      if (more.issues || more.headerNames) return write(code, requestId, more);
      // A flood of refusals is answered from memory; an id of ours needs no escaping.
      const known = fixed.get(code) ?? write(code, idPlace, {});
      fixed.set(code, known);
      return known.replace(idPlace, requestId);
    },
  };
}

const idPlace = '<request id>';
