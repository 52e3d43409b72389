/** Also what the proxy answers an action without a session's cookie. */
export const signedOut = 'signed_out';

export type ActionRefusal =
  | typeof signedOut
  | 'forbidden'
  | 'foreign_origin'
  | 'step_up'
  | 'invalid'
  | 'conflict'
  | 'refused'
  | 'failed';

export type ActionResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: ActionRefusal; readonly message?: string };
