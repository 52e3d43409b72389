import fc from 'fast-check';

/** Decimals as text, leaning on small numbers and on the places they may have. */
const decimalText = (wholeMax: number, places: number) =>
  fc
    .tuple(fc.nat(wholeMax), fc.bigInt({ min: 0n, max: 10n ** BigInt(places) - 1n }), fc.boolean())
    .map(([whole, fraction, isWhole]) => (isWhole ? `${whole}` : `${whole}.${String(fraction).padStart(places, '0')}`));

const price = fc.oneof(
  fc.constantFrom('0', '1', '0.5', '0.01', '0.005', '0.001', '0.000000000001', '99.99'),
  decimalText(500, 12),
);

const bounds = ['10', '10.000000001', '20', '100', '200.5'];

/** Quantities on and around the bounds that tiers have. */
export const quantity = fc.oneof(
  fc.constantFrom('0', '1', '9.999999999', '10', '10.000000001', '11', '20', '99', '100', '101', '200.5', '210'),
  decimalText(300, 9),
  fc.constant('9007199254740991'),
);

const tiers = fc
  .subarray(bounds)
  .chain((upTos) =>
    fc.tuple(
      ...[...upTos, null].map((upTo) => fc.record({ upTo: fc.constant(upTo), unitPrice: price, flatFee: price })),
    ),
  );

const perhaps = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const minor = fc.constantFrom(0, 1, 50, 100, 1_000, 100_000);
const modifiers = {
  currency: fc.constantFrom('USD', 'JPY', 'KWD'),
  freeUnits: perhaps(fc.constantFrom('0', '0.000000001', '10', '15')),
  minimumMinor: perhaps(minor),
  maximumMinor: perhaps(minor),
};

const size = fc.constantFrom('1', '10', '2.5', '0.000000003');

/** A price of any model as the catalogue tells it. */
export const toldPrice = fc.oneof(
  fc.record({ model: fc.constant('per_unit' as const), unitPrice: price, ...modifiers }),
  fc.record({ model: fc.constant('graduated' as const), tiers, ...modifiers }),
  fc.record({ model: fc.constant('volume' as const), tiers, ...modifiers }),
  fc.record({ model: fc.constant('package' as const), size, price, ...modifiers }),
  fc.record({ model: fc.constant('flat' as const), fee: price, ...modifiers }),
);
export type ToldPrice = typeof toldPrice extends fc.Arbitrary<infer T> ? T : never;
