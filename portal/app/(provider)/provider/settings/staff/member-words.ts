import type { RawParams } from '../../../../../lists/url-grammar.ts';
import { readAsked } from '../asked.ts';

/** What members can be narrowed by, beside words. */
export const memberWords = { state: ['active'], factor: ['none'] } as const;

/** The filters of a file of members, as its address has them. */
export function readMembers(raw: RawParams) {
  const { q, filters } = readAsked(raw, [], memberWords);
  return {
    filters: { q, isActive: filters.has('state'), lacksFactor: filters.has('factor') },
    params: filters.toString(),
  };
}
