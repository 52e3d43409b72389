/** The tables that folds write: their natural key, the column of the parent where they are its children, and all other columns. Parents first. */
export const tables = {
  lead: {
    key: ['org_id', 'id'],
    columns: [
      'status',
      'source',
      'name',
      'email',
      'phone',
      'company',
      'value_minor',
      'currency',
      'meta',
      'fee_minor',
      'fee_currency',
      'received_at',
      'converted_at',
      'created_at',
      'version',
    ],
  },
  subscription: {
    key: ['org_id', 'id'],
    columns: [
      'status',
      'plan',
      'price_minor',
      'currency',
      'interval',
      'quantity',
      'mrr_minor',
      'trial_ends_at',
      'renews_at',
      'started_at',
      'canceled_at',
      'cancel_reason',
      'meta',
      'created_at',
      'version',
    ],
  },
  subscription_change: {
    key: ['org_id', 'event_id'],
    parent: 'subscription_id',
    columns: [
      'subscription_id',
      'changed_at',
      'action',
      'status',
      'plan',
      'price_minor',
      'currency',
      'interval',
      'quantity',
      'mrr_minor',
    ],
  },
  addon_purchase: {
    key: ['org_id', 'id'],
    columns: [
      'status',
      'sku',
      'amount_minor',
      'currency',
      'quantity',
      'refunded_minor',
      'purchased_at',
      'meta',
      'created_at',
      'version',
    ],
  },
  addon_refund: {
    key: ['org_id', 'event_id'],
    parent: 'purchase_id',
    columns: ['purchase_id', 'amount_minor', 'reason', 'refunded_at'],
  },
  incident: {
    key: ['org_id', 'id'],
    columns: [
      'status',
      'title',
      'severity',
      'description',
      'level',
      'escalation_reason',
      'resolution',
      'opened_at',
      'escalated_at',
      'resolved_at',
      'first_resolved_at',
      'response_due_at',
      'resolution_due_at',
      'meta',
      'created_at',
      'version',
    ],
  },
  invoice: {
    key: ['org_id', 'id'],
    columns: [
      'source',
      'ref',
      'status',
      'number',
      'stream',
      'currency',
      'subtotal_minor',
      'discount_minor',
      'tax_minor',
      'total_minor',
      'paid_minor',
      'due_minor',
      'credited_minor',
      'refunded_minor',
      'overpaid_minor',
      'issued_at',
      'due_at',
      'paid_at',
      'meta',
      'created_at',
      'version',
    ],
  },
  invoice_line: {
    key: ['org_id', 'invoice_id', 'source_key'],
    parent: 'invoice_id',
    columns: ['stream', 'description', 'quantity', 'amount_minor', 'created_at'],
  },
  payment: {
    key: ['org_id', 'invoice_id', 'ref'],
    parent: 'invoice_id',
    columns: ['status', 'amount_minor', 'currency', 'method', 'failure_code', 'at', 'meta'],
  },
  refund: {
    key: ['org_id', 'invoice_id', 'ref'],
    parent: 'invoice_id',
    columns: ['payment_ref', 'amount_minor', 'currency', 'reason', 'at', 'meta'],
  },
  ai_usage_event: {
    key: ['org_id', 'id'],
    columns: [
      'feature',
      'model',
      'credits',
      'prompt_tokens',
      'completion_tokens',
      'cost_minor',
      'currency',
      'used_at',
      'meta',
      'version',
    ],
  },
  credit_grant: {
    key: ['org_id', 'source', 'id'],
    columns: ['credits', 'amount_minor', 'currency', 'priority', 'granted_at', 'meta', 'version'],
  },
  evaluation_run: {
    key: ['org_id', 'id'],
    columns: ['suite', 'commit', 'model', 'passed', 'failed', 'score', 'url', 'completed_at', 'meta', 'version'],
  },
  evaluation_case: {
    key: ['org_id', 'run_id', 'position'],
    parent: 'run_id',
    columns: ['name', 'passed', 'score', 'detail'],
  },
} as const satisfies Record<string, TableShape>;

interface TableShape {
  readonly key: readonly string[];
  readonly parent?: string;
  readonly columns: readonly string[];
}

export type TableName = keyof typeof tables;
export type Cell = string | number | boolean | null | undefined | Readonly<Record<string, unknown>>;

type ColumnOf<T extends TableName> = (typeof tables)[T]['key'][number] | (typeof tables)[T]['columns'][number];

/** One row, every column named: what is undefined becomes null. */
export type RowOf<T extends TableName> = Readonly<Record<ColumnOf<T>, Cell>>;
export type Rows = { readonly [T in TableName]?: readonly RowOf<T>[] };
export type Row = Readonly<Record<string, Cell>>;

/** Parents first. */
export const tableNames: readonly TableName[] = [
  'lead',
  'subscription',
  'subscription_change',
  'addon_purchase',
  'addon_refund',
  'incident',
  'invoice',
  'invoice_line',
  'payment',
  'refund',
  'ai_usage_event',
  'credit_grant',
  'evaluation_run',
  'evaluation_case',
];

/** The children of each kind, which a fold rewrites as a whole. */
export const childTables = [
  { kind: 'subscription', table: 'subscription_change' },
  { kind: 'addon', table: 'addon_refund' },
  { kind: 'invoice', table: 'invoice_line' },
  { kind: 'invoice', table: 'payment' },
  { kind: 'invoice', table: 'refund' },
  { kind: 'evaluation', table: 'evaluation_case' },
] as const;
