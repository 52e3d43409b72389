import { ApplicationFailure, TemporalFailure } from '@temporalio/common';
import { isTransient, isUniqueRace } from '#domain/database-errors';

/** Attempts of a visible activity before an unknown error is taken for a defect: about three minutes at its pace. */
export const unknownAttemptsMax = 9;

const transientPrismaCodes = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2034', 'P2037']);

// What no repetition mends, by SQLSTATE or Prisma's code. The first that fits counts. 42501 is not among them: a statement that came after
// its transaction had ended is refused by row-level security, and its repetition is not.
const defects: readonly (readonly [pattern: RegExp, type: string])[] = [
  [/^(22001|P2000)$/, 'ValueTooLong'],
  [/^(22...)$/, 'ValueInvalid'],
  [/^(23503|P2003)$/, 'ForeignKey'],
  [/^(23502|P2011)$/, 'NotNull'],
  [/^(23514)$/, 'CheckViolation'],
  [/^P2025$/, 'RowMissing'],
  [/^(42(?!501)...|3D000|3F000|P1003|P2021|P2022)$/, 'SchemaMismatch'],
];

const defectNames: Readonly<Record<string, string>> = {
  UnreadableEvent: 'UnreadableEvent',
  ZodError: 'ValueInvalid',
  PrismaClientValidationError: 'ValueInvalid',
};

/**
 * What an activity threw, as Temporal shall see it. Anything unknown is retried: taken for fatal by mistake it would stop an event.
 * The message is built from codes and names of the schema, since texts of the database quote values.
 * @param attempt of a visible activity; 0 for a local one
 */
export function toFailure(error: unknown, attempt: number): TemporalFailure {
  if (error instanceof TemporalFailure) return error;
  const { name, codes, place } = describeError(error);
  const said = (type: string) => [type, ...codes, place].filter((part) => part !== '').join(' ');
  if (isTransient(error) || codes.some((code) => transientPrismaCodes.has(code))) {
    return ApplicationFailure.retryable(said('DbTransient'), 'DbTransient');
  }
  if (isUniqueRace(error) || codes.includes('P2002'))
    return ApplicationFailure.retryable(said('UniqueRace'), 'UniqueRace');
  const defect = defectNames[name] ?? defects.find(([pattern]) => codes.some((code) => pattern.test(code)))?.[1];
  if (defect) return ApplicationFailure.nonRetryable(said(defect), defect);
  if (attempt >= unknownAttemptsMax) return ApplicationFailure.nonRetryable(said(`Defect ${name}`), 'Defect');
  return ApplicationFailure.retryable(said(`Unknown ${name}`), 'Unknown');
}

export interface ErrorDescription {
  /** The class of the error. */
  readonly name: string;
  /** SQLSTATE, Prisma's or the driver's, wherever the layers between have put it. */
  readonly codes: readonly string[];
  /** Table, column and constraint where the database named them. */
  readonly place: string;
  readonly frames: readonly string[];
}

/** What may be told of an error: nothing in it was written by a tenant. */
export function describeError(error: unknown): ErrorDescription {
  const cause = member(error, 'cause');
  const found = [
    member(error, 'code'),
    member(error, 'errorCode'),
    member(cause, 'code'),
    member(cause, 'originalCode'),
  ];
  return {
    name: error instanceof Error ? error.name : typeof error,
    codes: [...new Set(found.filter((code) => typeof code === 'string'))],
    place: ['table', 'column', 'constraint', 'modelName']
      .map((key) => member(error, key) ?? member(member(error, 'meta'), key))
      .filter((part) => typeof part === 'string')
      .join('.'),
    frames: error instanceof Error ? framesOf(error) : [],
  };
}

const framesMax = 20;

function framesOf({ stack = '' }: Error): string[] {
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, framesMax)
    .map((line) => line.trim());
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && key in value ? Reflect.get(value, key) : undefined;
}
