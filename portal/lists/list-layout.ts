/** How a list looks to a member of staff, and the views of it that they may open. */
export interface ListLayout {
  /** Ids of the columns shown, in their order; none: as the list comes. */
  readonly columns: readonly string[];
  readonly refreshS: RefreshS;
  readonly views: readonly SavedView[];
}

export interface SavedView {
  readonly id: string;
  readonly name: string;
  readonly isShared: boolean;
  readonly isOwn: boolean;
  /** Whose it is. */
  readonly by: string;
  /** The list's parameters. */
  readonly params: string;
  readonly columns: readonly string[];
}

/** Off is 0. */
export const refreshChoices = [0, 10, 60, 120, 300] as const;
export type RefreshS = (typeof refreshChoices)[number];

export const viewNameMax = 60;
export const viewParamsMax = 2_000;
export const viewsMax = 50;
/** Values of a filter that are counted when it is opened, and how long one is at most. */
export const countedValuesMax = 20;
export const countedValueMax = 320;

/** The columns that are shown, in their order. The first opens the row and the sorted one says how: both stay. */
export function arrange<C extends { readonly id: string; readonly sorted?: unknown; readonly isExtra?: true }>(
  columns: readonly C[],
  chosen: readonly string[],
): readonly C[] {
  const [first, ...others] = columns;
  if (!first || chosen.length === 0) return columns.filter(({ isExtra }) => isExtra === undefined);
  const shown = [...new Set(chosen)].flatMap((id) => others.filter((column) => column.id === id));
  const kept = others.filter((column) => column.sorted !== undefined && !shown.includes(column));
  return [first, ...shown, ...kept];
}
