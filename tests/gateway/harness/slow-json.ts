/**
 * Strict JSON as the contract words it, written for plainness: a recursive reader of the grammar that keeps every name and
 * number as it was written. What the fast guard is compared to.
 */
export function isStrictJsonSlowly(text: string): boolean {
  try {
    const reader = { text, at: 0 };
    skipSpace(reader);
    readValue(reader, 0);
    skipSpace(reader);
    return reader.at === text.length;
  } catch (error) {
    if (error instanceof NotStrict) return false;
    throw error;
  }
}

class NotStrict extends Error {}

interface Reader {
  readonly text: string;
  at: number;
}

function readValue(reader: Reader, depth: number): void {
  const next = reader.text[reader.at];
  if (next === '{') return readObject(reader, depth + 1);
  if (next === '[') return readArray(reader, depth + 1);
  if (next === '"') return void readString(reader);
  for (const word of ['true', 'false', 'null']) {
    if (reader.text.startsWith(word, reader.at)) {
      reader.at += word.length;
      return;
    }
  }
  readNumber(reader);
}

function readObject(reader: Reader, depth: number): void {
  if (depth > 32) throw new NotStrict();
  const names: string[] = [];
  expect(reader, '{');
  skipSpace(reader);
  if (take(reader, '}')) return;
  do {
    skipSpace(reader);
    const name = readString(reader);
    if (names.some((other) => other === name)) throw new NotStrict();
    if (['__proto__', 'constructor', 'prototype'].some((bad) => bad === name)) throw new NotStrict();
    names.push(name);
    skipSpace(reader);
    expect(reader, ':');
    skipSpace(reader);
    readValue(reader, depth);
    skipSpace(reader);
  } while (take(reader, ','));
  expect(reader, '}');
}

function readArray(reader: Reader, depth: number): void {
  if (depth > 32) throw new NotStrict();
  expect(reader, '[');
  skipSpace(reader);
  if (take(reader, ']')) return;
  do {
    skipSpace(reader);
    readValue(reader, depth);
    skipSpace(reader);
  } while (take(reader, ','));
  expect(reader, ']');
}

const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

function readString(reader: Reader): string {
  expect(reader, '"');
  const units: string[] = [];
  for (;;) {
    const unit = reader.text[reader.at++];
    if (unit === undefined || unit < ' ') throw new NotStrict();
    if (unit === '"') break;
    units.push(unit === '\\' ? readEscape(reader) : unit);
  }
  const value = units.join('');
  for (const point of value) {
    const code = point.codePointAt(0) ?? 0;
    if (code === 0 || (code >= 0xd800 && code <= 0xdfff)) throw new NotStrict();
  }
  return value;
}

function readEscape(reader: Reader): string {
  const kind = reader.text[reader.at++] ?? '';
  if (kind !== 'u') {
    const meant = escapes[kind];
    if (meant === undefined) throw new NotStrict();
    return meant;
  }
  const digits = reader.text.slice(reader.at, reader.at + 4);
  if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw new NotStrict();
  reader.at += 4;
  return String.fromCharCode(Number.parseInt(digits, 16));
}

function readNumber(reader: Reader): void {
  const [token] = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/.exec(reader.text.slice(reader.at)) ?? [];
  if (token === undefined) throw new NotStrict();
  reader.at += token.length;
  const value = Number(token);
  const isWhole = value === Math.trunc(value);
  if (!Number.isFinite(value) || (isWhole && Math.abs(value) > 2 ** 53 - 1)) throw new NotStrict();
}

function skipSpace(reader: Reader): void {
  while (' \t\n\r'.includes(reader.text[reader.at] ?? 'x')) reader.at++;
}

function take(reader: Reader, unit: string): boolean {
  if (reader.text[reader.at] !== unit) return false;
  reader.at++;
  return true;
}

function expect(reader: Reader, unit: string): void {
  if (!take(reader, unit)) throw new NotStrict();
}
