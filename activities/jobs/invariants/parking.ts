/** What a broken invariant parks: what it names as its subject, or that subject's org. Others park nothing. */
export const parkedBy: Readonly<Partial<Record<string, 'invoice' | 'org'>>> = {
  m1: 'invoice',
  m2: 'invoice',
  m3: 'invoice',
  m4: 'invoice',
  m5: 'org',
  m6: 'invoice',
  m7: 'invoice',
  m8: 'invoice',
  // Not m9: what a provider has not answered blocks by itself, and must go on being asked for.
  m10: 'org',
  m11: 'org',
};

const prefix = 'broken: ';

/** The reason with the invariant in it; undefined where staff parked the thing for a reason of their own. */
export function parkFor(reason: string | null, invariant: string): string | undefined {
  const names = namesIn(reason);
  if (names === undefined) return undefined;
  return prefix + [...new Set([...names, invariant])].toSorted().join(' ');
}

/** The reason without the invariant; null where nothing is left of it. */
export function unparkFor(reason: string, invariant: string): string | null {
  const parkedFor = namesIn(reason);
  // Parked by staff meanwhile.
  if (parkedFor === undefined) return reason;
  const names = parkedFor.filter((name) => name !== invariant);
  return names.length === 0 ? null : prefix + names.join(' ');
}

export function isParkedFor(reason: string | null, invariant: string): boolean {
  return reason !== null && (namesIn(reason)?.includes(invariant) ?? false);
}

function namesIn(reason: string | null): string[] | undefined {
  if (reason === null) return [];
  return reason.startsWith(prefix) ? reason.slice(prefix.length).split(' ') : undefined;
}
