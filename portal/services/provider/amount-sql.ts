import { exponentOf } from '#domain/currencies';

const usual = 2;
const digits = [0, 3, 4];

/** How many minor units one whole unit of a currency has. */
export function minorPerMajorSql(currency: string): string {
  const codes = Intl.supportedValuesOf('currency');
  const cases = digits.map((count) => {
    const quoted = codes.filter((code) => exponentOf(code) === count).map((code) => `'${code}'`);
    return quoted.length === 0 ? '' : `when ${currency} in (${quoted.join(', ')}) then ${10 ** count}`;
  });
  return `case ${cases.join(' ')} else ${10 ** usual} end`;
}
