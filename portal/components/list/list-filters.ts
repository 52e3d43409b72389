import { messages } from '../../messages/en.ts';
import type { ChosenOrgs, OrgName } from '../../services/provider/orgs.service.ts';
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
  values: readonly string[] | undefined,
  selected: readonly string[],
): ListFilter {
  return { name, label, options: values?.map((value) => ({ value, label: value })), selected };
}

/** A filter of organisations, which are looked for when it is opened; and of what a page offers beside them. */
export function orgFilter(
  { page, orgs }: ChosenOrgs,
  selected: readonly string[],
  beside: readonly OrgName[] = [],
): ListFilter {
  const named = ({ id, name }: OrgName) => ({ value: id, label: name, hint: id });
  const pinned = beside.map(named);
  return {
    name: 'org',
    label: messages.lists.organisation,
    options: [...pinned, ...orgs.map(named)],
    selected,
    find: { page, pinned },
  };
}
