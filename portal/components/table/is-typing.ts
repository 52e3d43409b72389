/** Whether keys belong to what has the focus: text is typed there, or a menu or list is walked. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(owners) !== null;
}

const owners =
  'input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], [role=menu], [role=listbox]';
