import { instantSql } from '../../../../../exports/copy-sql.ts';
import { listFile } from '../../../../../exports/list-file.ts';
import { aiList } from '../../../../../services/provider/ai-list.ts';
import { aiSource } from '../../../../../services/provider/ai.service.ts';

export const { GET, POST } = listFile({
  page: 'ai',
  name: 'ai-uses',
  list: aiList,
  source: () => aiSource,
  hasMeta: true,
  columns: [
    { name: 'id', sql: 't.id', isText: true },
    { name: 'organisation', sql: 't.org_id', isText: true },
    { name: 'used_at', sql: instantSql('t.used_at') },
    { name: 'feature', sql: 't.feature', isText: true },
    { name: 'model', sql: 't.model', isText: true },
    { name: 'prompt_tokens', sql: 't.prompt_tokens' },
    { name: 'completion_tokens', sql: 't.completion_tokens' },
    { name: 'credits', sql: 't.credits' },
    { name: 'cost_minor', sql: 't.cost_minor' },
    { name: 'currency', sql: 't.currency' },
    { name: 'latency_ms', sql: 't.latency_ms' },
    { name: 'outcome', sql: 't.outcome', isText: true },
    { name: 'request_id', sql: `meta_word(t.meta, 'requestId')`, isText: true },
    { name: 'over_cap', sql: 't.is_over_cap' },
  ],
});
