import type { FoldedKind } from '#domain/fold';

/** Names one entity of the books: the tenant's own id, unique per tenant and kind. */
export interface EntityKey {
  readonly orgId: string;
  readonly kind: FoldedKind;
  readonly id: string;
}
