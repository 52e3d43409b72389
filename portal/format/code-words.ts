/** A code that a payment provider or an organisation told, as words: insufficient_funds is "insufficient funds". */
export function codeWords(code: string): string {
  return code.replaceAll('_', ' ');
}
