/** What became of one row of a bulk write. */
export interface BulkItem {
  readonly id: string;
  readonly label: string;
  readonly became: 'done' | 'skipped' | 'waiting' | 'failed';
  /** What it came to, or why not. */
  readonly note: string;
}

export interface BulkResult {
  readonly items: readonly BulkItem[];
}
