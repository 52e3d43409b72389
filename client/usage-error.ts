/** A command line that cannot be meant; the message says what is missing. */
export class UsageError extends Error {}
