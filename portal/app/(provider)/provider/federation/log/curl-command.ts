import type { DeliveryDetail } from '../../../../../services/provider/delivery-detail.ts';

const unsent = new Set([
  'host',
  'connection',
  'content-length',
  'x-signature',
  'x-timestamp',
  'x-nonce',
  'user-agent',
  'accept',
  'cookie',
]);

interface Sent {
  readonly row: Pick<DeliveryDetail['row'], 'route'>;
  readonly request: Pick<DeliveryDetail['request'], 'headers' | 'body'>;
}

/** The request again, without its signature: to be signed by whoever holds the key. */
export function curlCommand({ row, request }: Sent, gatewayUrl: string): string {
  const headers = request.headers.filter(([name]) => !unsent.has(name.toLowerCase()));
  return [
    `curl -X POST ${quoted(`${gatewayUrl}/api/federation/${row.route === 'usage' ? 'usage' : 'events'}`)}`,
    ...headers.map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    ...(request.body === undefined ? [] : [`--data-raw ${quoted(request.body)}`]),
  ].join(' \\\n  ');
}

/** One word for a POSIX shell, whatever is in it. */
function quoted(text: string) {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
