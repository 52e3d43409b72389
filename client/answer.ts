import type { Issue } from './errors.ts';

export type JsonRecord = Readonly<Record<string, unknown>>;

/** What came back to one attempt. `body` is the answer's JSON object, undefined when it has none. */
export interface Answer {
  readonly status: number;
  readonly code: string | undefined;
  readonly requestId: string | undefined;
  readonly retryAfterMs: number | undefined;
  /** The clock of who answered, in milliseconds since 1970. */
  readonly dateMs: number | undefined;
  readonly isReplay: boolean;
  readonly body: JsonRecord | undefined;
}

export async function readAnswer(response: Response): Promise<Answer> {
  const body = parseRecord(await response.text());
  const retryAfter = response.headers.get('retry-after') ?? '';
  const dateMs = Date.parse(response.headers.get('date') ?? '');
  return {
    status: response.status,
    code: body && textOf(body, 'code'),
    requestId: response.headers.get('x-request-id') ?? undefined,
    retryAfterMs: /^[0-9]{1,6}$/.test(retryAfter) ? Number(retryAfter) * 1_000 : undefined,
    dateMs: Number.isNaN(dateMs) ? undefined : dateMs,
    isReplay: response.headers.get('idempotency-replayed') === 'true',
    body,
  };
}

export function issuesIn(body: JsonRecord | undefined): readonly Issue[] {
  const issues = body?.['issues'];
  if (!Array.isArray(issues)) return [];
  return issues
    .filter(isRecord)
    .map((issue) => ({ path: textOf(issue, 'path') ?? '', message: textOf(issue, 'message') ?? '' }));
}

export function textOf(record: JsonRecord, member: string): string | undefined {
  const value = record[member];
  return typeof value === 'string' ? value : undefined;
}

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function parseRecord(text: string): JsonRecord | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
