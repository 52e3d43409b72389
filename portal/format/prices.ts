import { formatDecimal } from '#domain/decimal';
import type { Decimal } from '#domain/decimal';
import type { Price, Tier } from '#domain/billing/prices';
import { settings } from '../messages/en-settings.ts';
import { formatMoney } from './numbers.ts';

const words = settings.plans.price;

/** A price of the catalogue in words: what a unit costs, then what limits it. */
export function priceLines(price: Price, unit: string): readonly string[] {
  const { currency, freeUnits, minimumMinor, maximumMinor } = price;
  const limits = [
    freeUnits.units > 0n && words.free(quantity(freeUnits)),
    minimumMinor !== undefined && words.least(formatMoney(minimumMinor, currency)),
    maximumMinor !== undefined && words.most(formatMoney(maximumMinor, currency)),
  ];
  return [...modelLines(price, unit), ...limits.filter((line) => line !== false)];
}

function modelLines(price: Price, unit: string): readonly string[] {
  const money = (amount: Decimal) => `${quantity(amount)} ${price.currency}`;
  switch (price.model) {
    case 'per_unit':
      return [words.perUnit(money(price.unitPrice), unit)];
    case 'flat':
      return [words.flat(money(price.fee))];
    case 'package':
      return [words.package(money(price.price), quantity(price.size), unit)];
    case 'graduated':
    case 'volume':
      return [words[price.model], ...price.tiers.map((tier) => tierLine(tier, money, unit))];
  }
}

function tierLine({ upTo, unitPrice, flatFee }: Tier, money: (amount: Decimal) => string, unit: string) {
  const bound = upTo === null ? words.beyond : words.upTo(quantity(upTo));
  const fee = flatFee.units > 0n ? words.plusFee(money(flatFee)) : '';
  return `${bound}: ${words.perUnit(money(unitPrice), unit)}${fee}`;
}

/** Exact, with thousands apart. */
export function quantity(amount: Decimal): string {
  const [whole = '', fraction] = formatDecimal(amount).split('.');
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}
