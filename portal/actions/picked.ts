import { z } from 'zod';

/** Rows that one bulk write takes at most. */
export const pickedMax = 10_000;
const idMax = 320;
const paramsMax = 4_096;

/** What a member chose of a list: rows by id, or the filter and how many rows it had when they looked. */
export const Picked = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('ids'),
    ids: z.array(z.string().min(1).max(idMax)).min(1).max(pickedMax),
    /** Of rows that have one: the version that the member saw. */
    versions: z.record(z.string().max(idMax), z.int().min(1)).optional(),
  }),
  z.strictObject({
    kind: z.literal('matching'),
    params: z.string().max(paramsMax),
    seen: z.number().int().min(1).max(pickedMax),
  }),
]);

export type Picked = z.infer<typeof Picked>;
