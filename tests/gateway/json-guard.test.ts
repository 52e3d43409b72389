import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isStrictJson } from '#gateway/request/json-guard';
import { parseJson } from '#gateway/request/parse-json';
import { isStrictJsonSlowly } from './harness/slow-json.ts';

const runs = process.env['LONG'] ? 100_000 : 3_000;
const propertyTimeoutMs = process.env['LONG'] ? 600_000 : 60_000;

const read = (body: string | Buffer) => parseJson(typeof body === 'string' ? Buffer.from(body, 'utf8') : body).ok;

describe('control 12: strict JSON', () => {
  test.each([
    ['tB21 a name twice', '{"a":1,"b":{"a":1},"a":2}'],
    ['tB21 a name twice, one escaped', '{"a":1,"\\u0061":2}'],
    ['tB21 a name twice among many', `{${Array.from({ length: 40 }, (_, n) => `"n${n}":0`).join()},"n3":1}`],
    ['tB22 __proto__', '{"data":{"__proto__":{"x":1}}}'],
    ['tB22 __proto__, escaped', '{"\\u005f_proto__":{"x":1}}'],
    ['tB22 constructor', '{"constructor":1}'],
    ['tB22 prototype', '{"a":[{"prototype":1}]}'],
    ['tB23 depth 33 of lists', '['.repeat(33) + ']'.repeat(33)],
    ['tB23 depth 33 of objects', '{"a":'.repeat(33) + '1' + '}'.repeat(33)],
    ['tB23 depth 100,000', '['.repeat(100_000)],
    ['tB24 2^53', '[9007199254740992]'],
    ['tB24 2^53 + 1', '{"a":9007199254740993}'],
    ['tB24 -2^53', '[-9007199254740992]'],
    ['tB24 1e300', '[1e300]'],
    ['tB24 1e400', '[1e400]'],
    ['tB24 an integer with a fraction of noughts', '[9007199254740993.0]'],
    ['tB24 a fraction that rounds to an integer beyond', '[9007199254740993.5]'],
    ['tB25 NUL in a value', '["a\\u0000b"]'],
    ['tB25 NUL in a name', '{"a\\u0000b":1}'],
    ['tB25 a lone high surrogate', '["\\ud83d"]'],
    ['tB25 a lone low surrogate', '["\\ude00x"]'],
    ['tB25 surrogates in the wrong order', '["\\ude00\\ud83d"]'],
    ['tB25 a lone surrogate in a name', '{"\\ud83d":1}'],
    ['an escaped high surrogate before a raw pair', '["\\ud83d😀"]'],
    ['nothing', ''],
    ['white space only', ' \n'],
    ['two values', '{} {}'],
    ['a trailing comma', '[1,]'],
    ['a comment', '[1/*x*/]'],
    ['NaN', '[NaN]'],
    ['a leading nought', '[01]'],
    ['a raw control character', '["a\u0001b"]'],
    ['a string that does not end', '["abc'],
    ['a string that ends in an escape', '["abc\\"]'],
    ['a single quote', "{'a':1}"],
  ])('%s is refused', (_name, body) => {
    expect(read(body)).toBe(false);
    expect(isStrictJsonSlowly(body)).toBe(false);
  });

  test.each([
    ['depth 32 of lists', '['.repeat(32) + ']'.repeat(32)],
    ['depth 32 of objects', '{"a":'.repeat(32) + '1' + '}'.repeat(32)],
    ['2^53 - 1 and its negative', '[9007199254740991,-9007199254740991,9007199254740991.0]'],
    ['small, large and negative fractions', '[0.1,1e-400,-0.0,1.5e10,123456789012.5]'],
    ['a pair of escaped surrogates', '["\\ud83d\\ude00",{"\\ud83d\\ude00":1}]'],
    ['a raw pair', '["😀"]'],
    ['equal names in different objects', '{"a":{"a":{"a":1}},"b":[{"a":1},{"a":1}]}'],
    ['equal strings that are values', '["a","a",{"b":"a","a":"a"}]'],
    ['a value that looks like a name', '{"a":"__proto__","b":"b:"}'],
    ['names that only begin like forbidden ones', '{"__proto":1,"constructors":1,"Prototype":1}'],
    ['escaped quotes and backslashes', '{"a\\"b":"c\\\\","d":"\\\\\\""}'],
    ['a bare scalar', '"x"'],
    ['white space everywhere', ' \t\r\n{ "a" \n : [ 1 , 2 ] } \n'],
  ])('%s is taken', (_name, body) => {
    expect(read(body)).toBe(true);
    expect(isStrictJsonSlowly(body)).toBe(true);
  });

  test.each([
    ['tB7 a byte order mark', Buffer.from('\ufeff{}', 'utf8')],
    ['tB7 an overlong form', Buffer.from([0x22, 0xc0, 0xaf, 0x22])],
    ['tB7 a surrogate in UTF-8', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ['tB7 latin1', Buffer.from('"é"', 'latin1')],
    ['tB7 a cut character', Buffer.from([0x22, 0xe2, 0x82, 0x22])],
    ['UTF-16', Buffer.from('{}', 'utf16le')],
  ])('%s is refused', (_name, bytes) => {
    expect(read(bytes)).toBe(false);
  });

  test('nothing is left on the prototype', () => {
    read('{"__proto__":{"polluted":1}}');
    expect('polluted' in {}).toBe(false);
  });

  test('control 19: hostile bodies of the largest size are judged in time that grows with their length only', () => {
    const size = 1024 * 1024;
    const hostile = [
      '['.repeat(size),
      `"${'\\\\'.repeat(size / 2 - 2)}"`,
      `["${'\\"'.repeat(size / 2 - 4)}"]`,
      `{${Array.from({ length: 100_000 }, (_, n) => `"${n}":0`).join()}}`,
      `[${'1'.repeat(size - 2)}]`,
      ' '.repeat(size),
      '"a" '.repeat(size / 4),
      `{"a"${' '.repeat(size - 10)}:1}`,
    ];
    for (const body of hostile) {
      const started = performance.now();
      read(body);
      expect(performance.now() - started).toBeLessThan(2_000);
    }
  });

  test(
    'judges any text as a slow reader of the grammar does',
    () => {
      fc.assert(
        fc.property(texts, (written) => {
          // What reaches the guard was valid UTF-8.
          const bytes = Buffer.from(written, 'utf8');
          const text = bytes.toString('utf8');
          expect(isStrictJson(bytes) && parses(text)).toBe(isStrictJsonSlowly(text));
        }),
        { numRuns: runs },
      );
    },
    propertyTimeoutMs,
  );
});

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const names = fc.constantFrom(
  'a',
  'b',
  '__proto__',
  'constructor',
  'prototype',
  '\\u0061',
  'é',
  '\\ud83d\\ude00',
  '\\ud83d',
  'x\\u0000',
  '\\\\',
  '\\"',
);
const strings = fc.oneof(
  names,
  fc.string({ unit: 'grapheme', maxLength: 8 }).map((text) => JSON.stringify(text).slice(1, -1)),
  fc.string({ unit: 'binary', maxLength: 4 }).map((text) => JSON.stringify(text).slice(1, -1)),
);
const numbers = fc.oneof(
  fc.constantFrom(
    '0',
    '-0',
    '01',
    '1e300',
    '1e400',
    '-1E+3',
    '1.',
    '.5',
    '9007199254740991',
    '9007199254740992',
    '9007199254740993.5',
    '1e-400',
    '-',
    '1e',
    '123456789012345',
    '1234567890123456',
  ),
  fc.double().map(String),
  fc.maxSafeInteger().map(String),
  fc.bigInt().map(String),
);
const spaces = fc.constantFrom('', '', '', ' ', '\n', '\t\r ');

const { json } = fc.letrec<{ json: string; list: string; object: string }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    numbers,
    strings.map((text) => `"${text}"`),
    fc.constantFrom('true', 'false', 'null', 'nul', 'NaN'),
    tie('list'),
    tie('object'),
  ),
  list: fc
    .tuple(fc.array(tie('json'), { maxLength: 4 }), spaces)
    .map(([items, space]) => `[${space}${items.join(`${space},`)}]`),
  object: fc
    .tuple(fc.array(fc.tuple(fc.oneof(names, strings), tie('json')), { maxLength: 20 }), spaces)
    .map(
      ([members, space]) => `{${members.map(([name, value]) => `${space}"${name}"${space}:${value}`).join()}${space}}`,
    ),
}));

/** Valid and nearly valid texts: some with a piece cut out, put in, or nested deeply. */
const texts = fc.oneof(
  json,
  fc.tuple(json, fc.nat(40)).map(([text, depth]) => `${'['.repeat(depth)}${text}${']'.repeat(depth)}`),
  fc
    .tuple(json, fc.nat(), fc.nat(3), fc.constantFrom('', '"', '\\', '{', ']', ',', ':', '\u0000', '1'))
    .map(([text, at, length, piece]) => {
      const from = text.length === 0 ? 0 : at % text.length;
      return text.slice(0, from) + piece + text.slice(from + length);
    }),
);
