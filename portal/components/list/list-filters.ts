import { messages } from '../../messages/en.ts';
import type { OrgName } from '../../services/provider/orgs.service.ts';
import type { FilterBarProps } from '../filters/filter-bar.tsx';

type ListFilter = FilterBarProps['lists'][number];

/** A filter of words that have names. */
export function wordFilter<T extends string>(
  name: string,
  label: string,
  words: readonly T[],
  labels: Readonly<Record<T, string>>,
  selected: readonly T[],
): ListFilter {
  return { name, label, options: words.map((value) => ({ value, label: labels[value] })), selected };
}

/** A filter of values as tenants wrote them. */
export function valueFilter(
  name: string,
  label: string,
  values: readonly string[],
  selected: readonly string[],
): ListFilter {
  return { name, label, options: values.map((value) => ({ value, label: value })), selected };
}

export function orgFilter(orgs: readonly OrgName[], selected: readonly string[]): ListFilter {
  return {
    name: 'org',
    label: messages.lists.organisation,
    options: orgs.map(({ id, name }) => ({ value: id, label: name, hint: id })),
    selected,
  };
}
