'use server';

import { z } from 'zod';
import { staffAction } from '../auth/staff-action.ts';
import { formatCapped, nothing } from '../format/numbers.ts';
import { readPreferences } from '../preferences/read-preferences.ts';
import { now } from '../server/now.ts';
import { countValues, countViews } from '../services/provider/view-counts.ts';
import { deleteView, keepLayout, saveView } from '../services/provider/views.service.ts';
import { countedValueMax, countedValuesMax, refreshChoices, viewNameMax, viewParamsMax } from './list-layout.ts';

const list = z.string().regex(/^\/provider(\/[a-z-]+)+$/);
const columns = z.array(z.string().regex(/^\w{1,40}$/)).max(50);

/** Remembers which columns of a list are shown, and how often it is read again. */
export const keepListLayout = staffAction({
  name: 'list.keep_layout',
  input: z.strictObject({ list, columns: columns.optional(), refreshS: z.literal(refreshChoices).optional() }),
  run: (staff, told) => keepLayout(staff, told.list, told),
});

export const saveListView = staffAction({
  name: 'view.save',
  input: z.strictObject({
    list,
    name: z
      .string()
      .trim()
      .min(1)
      .max(viewNameMax)
      .regex(/^[^\0]*$/),
    isShared: z.boolean(),
    params: z
      .string()
      .max(viewParamsMax)
      .regex(/^[^\0]*$/),
    columns,
  }),
  run: (staff, told) => saveView(staff, told.list, told),
});

export const deleteListView = staffAction({
  name: 'view.delete',
  input: z.strictObject({ list, id: z.uuid() }),
  run: (staff, told) => deleteView(staff, told.list, told.id),
});

/** How many rows the views have that a list comes with, as they are printed. */
export const countListViews = staffAction({
  name: 'view.count',
  input: z.strictObject({ list }),
  run: async (staff, told) => {
    const { zone } = await readPreferences();
    return printed(await countViews(told.list, { staff, zone, now: now() }));
  },
});

/** How many rows each value of a filter would have, as they are printed. */
export const countListValues = staffAction({
  name: 'list.count_values',
  input: z.strictObject({
    list,
    params: z.string().max(viewParamsMax),
    name: z.string().regex(/^\w{1,40}$/),
    values: z.array(z.string().min(1).max(countedValueMax)).max(countedValuesMax),
  }),
  run: async (staff, told) => {
    const { zone } = await readPreferences();
    return printed(await countValues(told.list, told, { staff, zone, now: now() }));
  },
});

function printed(counts: Awaited<ReturnType<typeof countViews>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(counts).map(([id, count]) => [id, count ? formatCapped(count) : nothing]));
}
