/** A condition of the organisations that are asked for, as the statement's parameter of that place; nothing where all are. */
export function ofOrgs(column: string, orgs: readonly string[], place: number): string {
  return orgs.length === 0 ? '' : ` and ${column} = any ($${place})`;
}

/** That parameter, where it is used. */
export function some(orgs: readonly string[]): readonly (readonly string[])[] {
  return orgs.length === 0 ? [] : [orgs];
}
