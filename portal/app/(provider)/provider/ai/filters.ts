import { valueFilter, wordFilter } from '../../../../components/list/list-filters.ts';
import { ai } from '../../../../messages/en-ai.ts';
import { alertLevels, capStates } from '../../../../services/provider/ai-list.ts';
import type { AiFilters } from '../../../../services/provider/ai-list.ts';
import type { listAiWords } from '../../../../services/provider/ai.service.ts';

const { columns } = ai;

type Words = Awaited<ReturnType<typeof listAiWords>> | undefined;

/** What calls are filtered by, of all organisations and of one. */
export function callFilters(filters: AiFilters, words: Words) {
  return [
    valueFilter('feature', columns.feature, words?.features, filters.features),
    valueFilter('model', columns.model, words?.models, filters.models),
    wordFilter('cap', columns.cap, capStates, ai.caps, filters.caps),
  ];
}

export function alertFilter({ alerts }: AiFilters) {
  return wordFilter('alert', columns.alert, alertLevels, ai.levels, alerts);
}
