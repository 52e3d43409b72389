const depthMax = 32;
const comparedNamesMax = 16;
const certainlySafeDigits = 15;
const forbiddenNames: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
const loneSurrogateOrNul = /\p{Surrogate}|\0/u;

const quote = 0x22;
const backslash = 0x5c;
const colon = 0x3a;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const minusSign = 0x2d;
const plusSign = 0x2b;
const point = 0x2e;
const underscore = 0x5f;
const letterC = 0x63;
const letterP = 0x70;

/** The names seen so far in an object that is still open; compared byte by byte while they are few and without escapes. */
interface OpenValue {
  /** Where each begins and ends, in turn. */
  readonly few: number[];
  many: Set<string> | undefined;
}

/**
 * True when nothing is in a text that would mean different things to different readers, or that a store refuses: depth over
 * 32, a name twice in one object or one of three that touch prototypes, an integer beyond 2^53-1, a number that is not
 * finite, a lone surrogate, NUL. One pass over valid UTF-8: bytes cost a third of what a string's units do.
 * It is lax on grammar, so JSON.parse has to follow.
 */
export function isStrictJson(bytes: Buffer): boolean {
  const levels: OpenValue[] = [];
  let depth = 0;
  let at = 0;
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0;
    if (byte === quote) {
      const end = endOfString(bytes, at);
      if (!isStrictString(bytes, at, end, depth > 0 ? levels[depth - 1] : undefined)) return false;
      at = Math.abs(end);
    } else if (byte === minusSign || isDigit(byte)) {
      const end = endOfNumber(bytes, at);
      if (!isSafeNumber(bytes, at, end)) return false;
      at = end;
    } else {
      if (byte === openBrace || byte === openBracket) {
        if (depth === depthMax) return false;
        openLevel(levels, depth++);
      } else if ((byte === closeBrace || byte === closeBracket) && depth > 0) depth--;
      at++;
    }
  }
  return true;
}

function openLevel(levels: OpenValue[], depth: number) {
  const level = levels[depth];
  if (!level) levels.push({ few: [], many: undefined });
  else {
    level.few.length = 0;
    level.many = undefined;
  }
}

/**
 * The index after the closing quote, negative where escapes are inside, 0 when the string does not end. Byte by byte and not by
 * indexOf: searches that are repeated make hostile bodies quadratic.
 */
function endOfString(bytes: Buffer, start: number): number {
  let hasEscapes = false;
  for (let at = start + 1; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === quote) return hasEscapes ? -at - 1 : at + 1;
    if (byte === backslash) {
      hasEscapes = true;
      at++;
    }
  }
  return 0;
}

function isStrictString(bytes: Buffer, start: number, signedEnd: number, parent: OpenValue | undefined): boolean {
  if (signedEnd === 0) return false;
  const end = Math.abs(signedEnd);
  const isName = parent !== undefined && isColonNext(bytes, end);
  if (signedEnd > 0) return !isName || isNewPlainName(bytes, start + 1, end - 1, parent);
  const value = unescaped(bytes.toString('utf8', start, end));
  if (value === undefined || loneSurrogateOrNul.test(value)) return false;
  return !isName || isNewName(bytes, value, parent);
}

function isColonNext(bytes: Buffer, end: number): boolean {
  let at = end;
  while (isWhiteSpace(bytes[at])) at++;
  return bytes[at] === colon;
}

function unescaped(literal: string): string | undefined {
  try {
    return String(JSON.parse(literal));
  } catch {
    return undefined;
  }
}

function isNewPlainName(bytes: Buffer, start: number, end: number, parent: OpenValue): boolean {
  const { few, many } = parent;
  if (many || few.length === 2 * comparedNamesMax) return isNewName(bytes, bytes.toString('utf8', start, end), parent);
  if (mayBeForbidden(bytes[start]) && forbiddenNames.has(bytes.toString('latin1', start, end))) return false;
  for (let index = 0; index < few.length; index += 2) {
    if (isSameName(bytes, few[index] ?? 0, few[index + 1] ?? 0, start, end)) return false;
  }
  few.push(start, end);
  return true;
}

function mayBeForbidden(first: number | undefined): boolean {
  return first === underscore || first === letterC || first === letterP;
}

function isSameName(bytes: Buffer, start: number, end: number, otherStart: number, otherEnd: number): boolean {
  if (end - start !== otherEnd - otherStart) return false;
  for (let offset = 0; start + offset < end; offset++) {
    if (bytes[start + offset] !== bytes[otherStart + offset]) return false;
  }
  return true;
}

function isNewName(bytes: Buffer, name: string, parent: OpenValue): boolean {
  if (forbiddenNames.has(name)) return false;
  parent.many ??= readNames(bytes, parent.few);
  return parent.many.size < parent.many.add(name).size;
}

function readNames(bytes: Buffer, few: readonly number[]): Set<string> {
  const names = new Set<string>();
  for (let index = 0; index < few.length; index += 2) names.add(bytes.toString('utf8', few[index], few[index + 1]));
  return names;
}

function endOfNumber(bytes: Buffer, start: number): number {
  let end = start + 1;
  while (isInNumber(bytes[end])) end++;
  return end;
}

function isSafeNumber(bytes: Buffer, start: number, end: number): boolean {
  if (end - start <= certainlySafeDigits && isAllDigits(bytes, start, end)) return true;
  const value = Number(bytes.toString('latin1', start, end));
  return Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value);
}

function isAllDigits(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (!isDigit(bytes[at])) return false;
  return true;
}

// Past the end there is no byte, and no comparison with it holds.
function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

function isInNumber(byte: number | undefined): boolean {
  return isDigit(byte) || byte === point || byte === minusSign || byte === plusSign || byte === 0x65 || byte === 0x45;
}

function isWhiteSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
