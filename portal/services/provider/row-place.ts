/** What a row's id is told by. */
export interface RowNaming {
  readonly id: { readonly type: keyof typeof idShapes };
  readonly isIdAlone: boolean;
}

const idShapes = { text: /^[^\0]{1,300}$/, bigint: /^\d{1,18}$/, uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/ };

/** Org, id and, where these do not name the row alone, its instant; undefined for what names no row. */
export function splitId({ id: { type }, isIdAlone }: RowNaming, told: string) {
  const [org = '', ...rest] = told.split(':');
  const at = isIdAlone ? undefined : Number(rest.shift());
  const id = rest.join(':');
  if (org === '' || !idShapes[type].test(id) || (at !== undefined && !Number.isSafeInteger(at))) return undefined;
  return { org, id, at };
}
