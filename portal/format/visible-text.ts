/** Anything but spaces, control characters and marks that only steer the text around them. */
const seen = /[^\s\p{Z}\p{Cc}\p{Cf}]/u;

/** What an organisation calls a thing; undefined where nothing of it could be seen or clicked. */
export function visibleText(text: string | null): string | undefined {
  return text !== null && seen.test(text) ? text : undefined;
}
