import type { Route } from 'next';
import type { ComponentProps } from 'react';

interface TableLinkProps extends Omit<ComponentProps<'a'>, 'href'> {
  readonly href: Route;
}

/**
 * A link of a table's rows, which its table follows (`RowKeys`). Of hundreds on a page each would cost a component of the browser's own: more than all
 * the rest of the row.
 */
export function TableLink(props: TableLinkProps) {
  return <a {...props} data-routed="" />;
}
