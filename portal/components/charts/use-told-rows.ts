'use client';

import { useEffect, useState } from 'react';
import type { ToldRow, ToldRows } from './told-rows.ts';

/** Read by the browser, once the page is there; none until then. */
export function useToldRows({ json }: ToldRows): readonly ToldRow[] {
  const [rows, setRows] = useState<readonly ToldRow[]>([]);
  useEffect(() => setRows(JSON.parse(json)), [json]);
  return rows;
}
