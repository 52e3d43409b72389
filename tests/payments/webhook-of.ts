import { createHmac } from 'node:crypto';

/** A webhook as Stripe sends it, signed by a second implementation of its scheme. */
export function webhookOf(
  event: { readonly id: string; readonly type: string; readonly object: object },
  secret: string,
  at: number,
): { readonly body: string; readonly signature: string } {
  const { id, type, object } = event;
  const body = JSON.stringify({ id, object: 'event', type, created: Math.floor(at / 1_000), data: { object } });
  const t = Math.floor(at / 1_000);
  const v1 = createHmac('sha256', secret).update(`${t}.${body}`).digest('hex');
  return { body, signature: `t=${t},v1=${v1}` };
}
