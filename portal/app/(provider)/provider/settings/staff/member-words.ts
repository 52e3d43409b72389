import type { RawParams } from '../../../../../lists/url-grammar.ts';
import type { MemberFilters } from '../../../../../services/provider/staff.service.ts';
import { readAsked } from '../asked.ts';
import type { Asked } from '../asked.ts';

/** What members can be narrowed by, beside words. */
export const memberWords = { state: ['active'], factor: ['none'] } as const;

export function memberFilters({ q, filters }: Asked): MemberFilters {
  return { q, isActive: filters.has('state'), lacksFactor: filters.has('factor') };
}

/** The filters of a file of members, as its address has them. */
export function readMembers(raw: RawParams) {
  const asked = readAsked(raw, [], memberWords);
  return { filters: memberFilters(asked), params: asked.filters.toString() };
}
