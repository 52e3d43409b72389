/** How often a property is tried: more when there is time. */
export const isLong = Boolean(process.env['LONG']);
export const runs = { numRuns: isLong ? 10_000 : 300 };
