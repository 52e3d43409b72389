import { randomBytes } from 'node:crypto';

/** Ids of requests: a prefix of this boot and a counter. They are the tokens of attempts too, so no two may ever be equal. */
export function createRequestIds(): () => string {
  const boot = randomBytes(9).toString('base64url');
  let count = 0;
  return () => `req_${boot}${(count++).toString(36).padStart(6, '0')}`;
}
