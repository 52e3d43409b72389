import { defineSearchAttributeKey } from '@temporalio/common';

/** Set once, at the end of a run. */
export const outcomeKey = defineSearchAttributeKey('Outcome', 'KEYWORD');
