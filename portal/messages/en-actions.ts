import type { ActionRefusal } from '../auth/action-result.ts';

/** What is said around every action. */
export const actions = {
  notices: 'Notices',
  undo: 'Undo',
  dismiss: 'Dismiss',
  cancel: 'Cancel',
  working: 'Working…',
  close: 'Close',
  menuOf: (row: string) => `Actions for ${row}`,
  column: 'Actions',
  copyId: 'Copy id',
  copied: 'Copied',
  open: 'Open',
  reason: 'Reason',
  reasonOptional: 'Reason (optional)',
  reasonMissing: 'Say why: it is kept in the audit log.',
  typeToConfirm: (text: string) => `Type ${text} to confirm`,
  typedWrong: (text: string) => `This is not ${text}.`,
  waiting: 'Stored, waiting for the engine',
  waitingText: 'It is done as soon as the engine comes to it; nothing needs to be repeated.',
  noAnswer: 'No answer came',
  noAnswerText: 'It may have been done. Look before you do it again.',
  sentOtherwise:
    'This form was sent before with something else, which may have been done. Reload, and look before you do it again.',
  refusals: {
    signed_out: 'You are signed out. Sign in and do it again.',
    forbidden: 'Your role does not include this.',
    foreign_origin: 'This request did not come from the portal.',
    step_up: 'Say first who you are: nothing was changed.',
    invalid: 'This could not be understood. Nothing was changed.',
    conflict: 'It was changed since you looked at it. Nothing was changed.',
    refused: 'Its present state does not allow this. Nothing was changed.',
    failed: 'This did not work. Nothing was changed; try again shortly.',
  } satisfies Record<ActionRefusal, string>,
  changedBy: (who: string, ago: string) => `Changed by ${who} ${ago} ago`,
} as const;
