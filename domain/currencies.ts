// ISO 4217, active codes with a minor unit. Grouped by exponent; the default is 2.
const exponent0 = 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF';
const exponent2 =
  'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK ' +
  'DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR ' +
  'LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR ' +
  'SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ' +
  'ZAR ZMW ZWG';
const exponent3 = 'BHD IQD JOD KWD LYD OMR TND';
const exponent4 = 'CLF UYW';

const exponents: ReadonlyMap<string, number> = new Map(
  [
    exponent0.split(' ').map((code) => [code, 0] as const),
    exponent2.split(' ').map((code) => [code, 2] as const),
    exponent3.split(' ').map((code) => [code, 3] as const),
    exponent4.split(' ').map((code) => [code, 4] as const),
  ].flat(),
);

/** Minor units per major unit as a power of ten (USD 2, JPY 0, KWD 3); undefined for what is no current currency. */
export function exponentOf(currency: string): number | undefined {
  return exponents.get(currency);
}
