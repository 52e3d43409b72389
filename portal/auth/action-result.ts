export type ActionRefusal =
  | 'signed_out'
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
