import type { Route } from 'next';

/** A list with other parameters. Commas and colons are the grammar's own and stay readable. */
export function listHref(path: Route, params: URLSearchParams): Route {
  const text = params.toString().replaceAll('%2C', ',').replaceAll('%3A', ':');
  const href = text ? `${path}?${text}` : path;
  return isBelow(path, href) ? href : path;
}

/**
 * Changes some parameters and leaves the page, since another list has other pages. An undefined value takes the parameter away. A view
 * whose last parameter went is left too: its bare name would bring them all back.
 */
export function changeParams(
  params: string | URLSearchParams,
  changes: Readonly<Record<string, string | undefined>>,
): URLSearchParams {
  const changed = new URLSearchParams(params);
  for (const name of ['after', 'before', 'row', 'tab', 'whole']) changed.delete(name);
  const hadMore = changed.size > 1;
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === '') changed.delete(name);
    else changed.set(name, value);
  }
  if (hadMore && changed.size === 1) changed.delete('view');
  return changed;
}

/** Words as one parameter: a comma of a word itself, as an organisation's own name of something may have, stands behind a backslash. */
export function joinWords(words: readonly string[]): string {
  return words.map((word) => word.replace(/[\\,]/g, '\\$&')).join(',');
}

/** The way back. */
export function splitWords(text: string): string[] {
  return (text.match(/(?:\\[^]|[^,])+/g) ?? []).map((word) => word.replace(/\\([\\,])/g, '$1'));
}

/** With one more parameter, which it does not have yet. */
export function addParam(href: Route, name: string, value: string): Route {
  const told = encodeURIComponent(value).replaceAll('%2C', ',').replaceAll('%3A', ':');
  const more = `${href}${href.includes('?') ? '&' : '?'}${name}=${told}`;
  return isBelow(href, more) ? more : href;
}

/** The list with a value as its filter, whatever it is filtered by: what all values have in common is made once. */
export function filterHrefs(path: Route, params: string): (name: string, value: string) => Route {
  const made = new Map<string, Route>();
  const without = (name: string) => {
    const rest = changeParams(params, { [name]: '-' });
    rest.delete(name);
    return listHref(path, rest);
  };
  return (name, value) => {
    const base = made.get(name) ?? without(name);
    made.set(name, base);
    return addParam(base, name, value);
  };
}

/** An open row as a page of its own, without its list. */
export function wholeHref(row: Route): Route {
  const href = `${row}&whole=1`;
  return isOfRow(row, href) ? href : row;
}

/** The same beside its list. */
export function besideHref(whole: string): string {
  return whole.replace(/&whole=1$/, '');
}

function isOfRow(row: Route, href: string): href is Route {
  return href.startsWith(`${row}&`);
}

function isBelow(path: Route, href: string): href is Route {
  return href === path || href.startsWith(`${path}?`) || href.startsWith(`${path}&`);
}
