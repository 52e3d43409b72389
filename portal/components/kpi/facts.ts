/** Those that there are, one after the other: what other currencies an amount has comes first, so that it stands below it. */
export function facts(...told: readonly string[]): string {
  return told.filter((fact) => fact !== '').join(' · ');
}
