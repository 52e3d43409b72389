import { encodeCursor } from '../../../../../lists/cursor.ts';
import { changeParams, listHref } from '../../../../../lists/list-href.ts';
import { paths } from '../../../../../paths.ts';
import { cursorScope } from '../../../../../services/provider/deliveries-query.ts';
import type { DeliveriesQuery } from '../../../../../services/provider/deliveries-query.ts';

/** This page of the list, with a row open, or none. */
export function rowHref(query: DeliveriesQuery, params: URLSearchParams, row: string | undefined, tab?: string) {
  const place = query.cursor && {
    [query.isBefore ? 'before' : 'after']: encodeCursor(query.cursor, cursorScope(query)),
  };
  return listHref(paths.deliveryLog, changeParams(params, { ...place, row, tab }));
}
