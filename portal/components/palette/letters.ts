import { isTyping } from '../table/is-typing.ts';

/** Whether a key pressed here may mean a shortcut of one letter: not in a field, and not where they are turned off. */
export function isLetterShortcut(event: Pick<KeyboardEvent, 'ctrlKey' | 'metaKey' | 'altKey' | 'target'>): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  if (document.documentElement.dataset['letters'] === 'off') return false;
  return !isTyping(event.target);
}
