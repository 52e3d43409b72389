/** An instant as files have it, whatever zone it is looked at in. */
export function instantText(at: number | undefined): string {
  return at === undefined || !Number.isFinite(at) ? '' : new Date(at).toISOString();
}
