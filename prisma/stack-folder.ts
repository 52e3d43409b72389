/** Where `npm start` says what it runs, for the commands that are used beside it. */
export const stackFolder = process.env['TRIBUTARY_DATA'] ?? '.data';
