/** A condition of the organisations that are asked for, as the statement's parameter of that place; nothing where all are. */
export function ofOrgs(column: string, orgs: readonly string[], place: number): string {
  return orgs.length === 0 ? '' : ` and ${column} = any ($${place})`;
}

/** That parameter, where it is used. */
export function some(orgs: readonly string[]): readonly (readonly string[])[] {
  return orgs.length === 0 ? [] : [orgs];
}

/** What a page asks of a list that knows no more of its filters than the organisations. */
export function queryOfOrgs(orgs: readonly string[]): { readonly params: string; readonly zone: string } {
  return { params: orgs.length > 0 ? `org=${orgs.join(',')}` : '', zone: 'UTC' };
}
