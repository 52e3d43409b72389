/** Where a server of ours keeps its runs, in the folder of its data. */
export const temporalDatabase = 'temporal.db';

/** It and what SQLite keeps beside it. */
export const temporalFiles = ['', '-wal', '-shm'].map((end) => temporalDatabase + end);
