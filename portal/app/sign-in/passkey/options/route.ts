import type { NextRequest } from 'next/server';
import { addressPrefix, clientAddress } from '../../../../auth/client-address.ts';
import { pendingSession } from '../../../../auth/current-staff.ts';
import { countAttempt, passkeyBucket } from '../../../../auth/login-limits.ts';
import { askForPasskey } from '../../../../auth/passkeys.ts';
import { paths } from '../../../../paths.ts';
import { environment } from '../../../../server/environment.ts';
import { proofContext } from '../../../../server/proof-context.ts';
import { foreignRequest, refuses } from '../../answers.ts';

/** What a passkey is asked to sign: of the member whose second step is due, else of whoever is there. */
export async function POST(request: NextRequest) {
  const foreign = foreignRequest(request);
  if (foreign) return foreign;
  const { db, party, now } = proofContext();
  if (!party) return refuses(request, 'refused', paths.signIn);
  const prefix = addressPrefix(clientAddress(request.headers, environment().TRUSTED_PROXIES));
  const retryAfterMs = await countAttempt(db, [passkeyBucket(prefix)], now);
  if (retryAfterMs > 0) return refuses(request, 'limited', paths.signIn, { retryAfterMs });
  const pending = await pendingSession();
  const purpose = pending ? 'prove' : 'sign_in';
  const options = await askForPasskey(db, { purpose, staffId: pending?.id, party, now });
  return Response.json(options, { headers: { 'cache-control': 'no-store' } });
}
