import type { FoundKind } from '../services/provider/palette.service.ts';

/** Copy of the palette and of the sheet of shortcuts. */
export const palette = {
  open: 'Search leads, orgs, invoices…',
  label: 'Search and commands',
  pages: 'Pages',
  here: 'On this page',
  portal: 'Portal',
  shortcuts: 'Keyboard shortcuts',
  kinds: {
    org: 'Organisations',
    lead: 'Leads',
    invoice: 'Invoices',
    subscription: 'Subscriptions',
    purchase: 'Add-on purchases',
    incident: 'Incidents',
    key: 'Federation keys',
  } satisfies Record<FoundKind, string>,
  none: 'Nothing begins with that.',
  failed: 'The search did not work. Pages and actions are still here.',
  found: (count: number) => `${count} found`,
  foot: { move: 'move', open: 'open', close: 'close' },
  letters: 'Single-letter shortcuts',
  lettersHint:
    'j, k and ? work outside of fields. Turn them off where they are in the way of a voice or a screen reader.',
  groups: [
    {
      label: 'Everywhere',
      keys: [
        { keys: ['⌘ K', 'Ctrl K'], does: 'Search and commands' },
        { keys: ['?'], does: 'This sheet' },
        { keys: ['⌘ Z', 'Ctrl Z'], does: 'Undo, while a notice offers it' },
        { keys: ['Esc'], does: 'Close the topmost layer' },
      ],
    },
    {
      label: 'In a list',
      keys: [
        { keys: ['↓', 'j'], does: 'Next row' },
        { keys: ['↑', 'k'], does: 'Previous row' },
        { keys: ['Enter'], does: 'Open the row' },
        { keys: ['Space'], does: 'Select the row, with Shift up to it' },
        { keys: ['Esc'], does: 'Select none' },
      ],
    },
    {
      label: 'In an open row',
      keys: [
        { keys: ['j'], does: 'The next row' },
        { keys: ['k'], does: 'The previous row' },
        { keys: ['Esc'], does: 'Back to the list' },
      ],
    },
  ],
  done: 'Done',
} as const;
