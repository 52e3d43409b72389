const depthMax = 32;
const linearNamesMax = 16;
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

/** The names seen so far in an object that is still open; compared one by one while they are few. */
interface OpenValue {
  readonly few: string[];
  many: Set<string> | undefined;
}

/**
 * True when nothing is in a text that would mean different things to different readers, or that a store refuses: depth over
 * 32, a name twice in one object or one of three that touch prototypes, an integer beyond 2^53-1, a number that is not
 * finite, a lone surrogate, NUL. One pass. It is lax on grammar, so JSON.parse has to follow.
 */
export function isStrictJson(text: string): boolean {
  const open: OpenValue[] = [];
  let at = 0;
  while (at < text.length) {
    const unit = text.charCodeAt(at);
    if (unit === quote) {
      const end = endOfString(text, at);
      if (!isStrictString(text, at, end, open.at(-1))) return false;
      at = Math.abs(end);
    } else if (unit === minusSign || isDigit(unit)) {
      const end = endOfNumber(text, at);
      if (!isSafeNumber(text, at, end)) return false;
      at = end;
    } else {
      if (unit === openBrace || unit === openBracket) {
        if (open.push({ few: [], many: undefined }) > depthMax) return false;
      } else if (unit === closeBrace || unit === closeBracket) open.pop();
      at++;
    }
  }
  return true;
}

/**
 * The index after the closing quote, negative where escapes are inside, 0 when the string does not end. By units and not by
 * indexOf: the compiler takes its searches for free and repeats them, which made hostile bodies quadratic.
 */
function endOfString(text: string, start: number): number {
  let hasEscapes = false;
  for (let at = start + 1; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === quote) return hasEscapes ? -at - 1 : at + 1;
    if (unit === backslash) {
      hasEscapes = true;
      at++;
    }
  }
  return 0;
}

function isStrictString(text: string, start: number, signedEnd: number, parent: OpenValue | undefined): boolean {
  if (signedEnd === 0) return false;
  const end = Math.abs(signedEnd);
  const hasEscapes = signedEnd < 0;
  const isName = parent !== undefined && isColonNext(text, end);
  if (!isName && !hasEscapes) return true;
  const value = hasEscapes ? unescaped(text.slice(start, end)) : text.slice(start + 1, end - 1);
  if (value === undefined || (hasEscapes && loneSurrogateOrNul.test(value))) return false;
  return !isName || isNewName(value, parent);
}

function isColonNext(text: string, end: number): boolean {
  let at = end;
  while (isWhiteSpace(text.charCodeAt(at))) at++;
  return text.charCodeAt(at) === colon;
}

function unescaped(literal: string): string | undefined {
  try {
    return String(JSON.parse(literal));
  } catch {
    return undefined;
  }
}

function isNewName(name: string, parent: OpenValue): boolean {
  if (forbiddenNames.has(name)) return false;
  if (parent.many) return parent.many.size < parent.many.add(name).size;
  if (parent.few.includes(name)) return false;
  if (parent.few.push(name) > linearNamesMax) parent.many = new Set(parent.few);
  return true;
}

function endOfNumber(text: string, start: number): number {
  let end = start + 1;
  while (isInNumber(text.charCodeAt(end))) end++;
  return end;
}

function isSafeNumber(text: string, start: number, end: number): boolean {
  if (end - start <= certainlySafeDigits && isAllDigits(text, start, end)) return true;
  const value = Number(text.slice(start, end));
  return Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value);
}

function isAllDigits(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (!isDigit(text.charCodeAt(at))) return false;
  return true;
}

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}

function isInNumber(unit: number): boolean {
  return isDigit(unit) || unit === point || unit === minusSign || unit === plusSign || unit === 0x65 || unit === 0x45;
}

function isWhiteSpace(unit: number): boolean {
  return unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09;
}
