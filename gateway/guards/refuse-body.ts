import { refuse, refuseStranger } from '../answers/respond.ts';
import { lingerOnClose } from '../request/linger-on-close.ts';
import type { SignedRequest } from './signed-request.ts';

/** The refusal of a request whose body could not be taken, undefined when it could. */
export async function refuseBody(request: SignedRequest): Promise<Response | undefined> {
  const body = await request.body();
  if (body.ok) return undefined;
  lingerOnClose(request.incoming);
  // A sender that went away gets no answer; the code is for the record.
  if (body.failure === 'too-large') return refuseStranger(request, 'body_too_large');
  return refuse(request, body.failure === 'aborted' ? 'header_invalid' : 'unavailable');
}
