/**
 * Whether a browser says that our own page sent the request. Next lets a request without Origin pass; this does not:
 * one of the two headers must vouch for it, and a foreign Origin is refused whatever the other says.
 */
export function isSameOrigin(headers: { get(name: string): string | null }, appOrigin: string): boolean {
  const origin = headers.get('origin');
  if (origin !== null) return origin === appOrigin;
  const site = headers.get('sec-fetch-site');
  return site === 'same-origin' || site === 'none';
}
