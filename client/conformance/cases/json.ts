import { single, type Case } from '../case.ts';
import { draftOf, type Draft } from '../draft.ts';
import type { Probe } from '../probe.ts';

/** Bytes before, in place of `"META"`, and behind, in a valid event. */
const meta =
  (text: string) =>
  (probe: Probe): Draft => {
    const [before = '', behind = ''] = eventWithMeta(probe).split('"META"');
    return draftOf(probe.event({ body: Buffer.from(before + text + behind, 'utf8') }));
  };
const whole =
  (of: (valid: string) => string | Buffer) =>
  (probe: Probe): Draft =>
    draftOf(probe.event({ body: Buffer.from(of(probe.eventBody().toString())) }));
/** The outermost value, `data` and `meta` are three. */
const nested = (depth: number) => `{"a":${'['.repeat(depth - 3)}${']'.repeat(depth - 3)}}`;

const refused: readonly (readonly [name: string, draft: (probe: Probe) => Draft])[] = [
  ['an empty body', whole(() => '')],
  ['white space only', whole(() => ' \n')],
  ['a byte order mark', whole((valid) => `\u{feff}${valid}`)],
  ['bytes that are not UTF-8', whole((valid) => Buffer.from(valid.replace('conformance"}', '\u00e9"}'), 'latin1'))],
  ['UTF-16', whole((valid) => Buffer.from(valid, 'utf16le'))],
  ['a body cut short', whole((valid) => valid.slice(0, -1))],
  ['something behind the value', whole((valid) => `${valid}{}`)],
  ['a comma at the end', whole((valid) => valid.replace(/\}$/, ',}'))],
  ['single quotes', whole((valid) => valid.replaceAll('"', "'"))],
  ['a comment', whole((valid) => `/* lead */${valid}`)],
  ['NaN', meta('{"a":NaN}')],
  ['a number with a leading zero', meta('{"a":01}')],
  ['a member name twice', meta('{"a":1,"a":1}')],
  ['a member name twice, once escaped', meta('{"a":1,"\\u0061":1}')],
  ['a member of the envelope twice', whole((valid) => valid.replace('{', '{"type":"lead.created",'))],
  ['__proto__', meta('{"__proto__":{}}')],
  ['__proto__, escaped', meta('{"\\u005f_proto__":{}}')],
  ['constructor', meta('{"constructor":1}')],
  ['prototype', meta('{"a":{"prototype":1}}')],
  ['depth 33', meta(nested(33))],
  ['depth 10,000', meta(nested(10_000))],
  ['2^53', meta('{"a":9007199254740992}')],
  ['-2^53', meta('{"a":-9007199254740992}')],
  ['1e300', meta('{"a":1e300}')],
  ['1e400', meta('{"a":1e400}')],
  ['a lone surrogate', meta('{"a":"\\ud800"}')],
  ['surrogates in the wrong order', meta('{"a":"\\udc00\\ud800"}')],
  ['a lone surrogate in a name', meta('{"\\udfff":1}')],
  ['NUL, escaped', meta('{"a":"\\u0000"}')],
  ['NUL in a name', meta('{"\\u0000":1}')],
  ['a raw line feed in a text', meta('{"a":"\n"}')],
];

export const jsonCases: readonly Case[] = [
  ...refused.map(([name, draft]) => single('json_invalid', name, draft)),
  single('json_invalid', 'usage: a row with a member twice', (probe) => {
    const row = JSON.stringify(probe.usageRow());
    return draftOf(probe.usage({ body: Buffer.from(`[${row.replace('{', '{"meter":"conformance",')}]`) }));
  }),
  single('accepted', 'depth 32', meta(nested(32))),
  single('accepted', '2^53 - 1', meta('{"a":9007199254740991,"b":-9007199254740991,"c":0.5,"d":1e-7}')),
  single(
    'accepted',
    'escapes, surrogate pairs and names like toString',
    meta('{"toString":"\\ud83d\\ude00\\n\\/","":null}'),
  ),
];

function eventWithMeta(probe: Probe) {
  return probe.eventBody().toString().replace('"source":"conformance"', '"source":"conformance","meta":"META"');
}
