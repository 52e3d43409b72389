import { pino } from 'pino';
import { openBook } from './book.ts';
import { createSandboxServer } from './server.ts';

/** The sandbox provider as a process of its own. What it did stands in one file and outlives it. */
const log = pino({ level: process.env['LOG_LEVEL'] ?? 'info', base: { process: 'sandbox' } });
const book = openBook(process.env['SANDBOX_FILE'] ?? '.data/sandbox-provider.jsonl');
const server = createSandboxServer({
  book,
  now: Date.now,
  answerMs: Number(process.env['SANDBOX_ANSWER_MS'] ?? '50'),
  hangMs: Number(process.env['SANDBOX_HANG_MS'] ?? '60000'),
});
server.listen(Number(process.env['SANDBOX_PORT'] ?? '4600'), process.env['SANDBOX_HOST'] ?? '127.0.0.1', () =>
  log.info({ address: server.address() }, 'sandbox provider serves'),
);

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    log.info({ signal }, 'sandbox provider stops');
    server.close();
    server.closeAllConnections();
    book.close();
    process.exit(0);
  });
}
