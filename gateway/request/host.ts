import type { IncomingMessage } from 'node:http';

const hostPattern = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/;

/** One host, of a sound form; HTTP/1.0 may leave it out. Nothing is decided by it. */
export function isHostSound({ rawHeaders, httpVersionMinor }: IncomingMessage): boolean {
  let host: string | undefined;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name?.length !== 4 || name.toLowerCase() !== 'host') continue;
    if (host !== undefined) return false;
    host = rawHeaders[index + 1] ?? '';
  }
  return host === undefined ? httpVersionMinor === 0 : hostPattern.test(host);
}
