const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

// Ctrl-C reaches us twice: from the terminal, and from npm, which passes it on.
const sameSignalMs = 1_000;

/** What a shell says of a program that wrote to a pipe nobody reads. */
const unreadCode = 141;

/** Stops in order when the user or the system asks for it, when nobody reads us any more, or when we fail; a second signal ends at once. */
export function onInterrupt(stop: () => Promise<void>): void {
  let stoppingSince: number | undefined;
  const end = (code: number) => {
    if (stoppingSince !== undefined && Date.now() - stoppingSince < sameSignalMs) return;
    if (stoppingSince !== undefined) process.exit(code);
    stoppingSince = Date.now();
    stop().then(
      () => process.exit(code),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  const endOnce = (code: number) => {
    if (stoppingSince === undefined) end(code);
  };
  const fail = (error: unknown) => {
    console.error(error);
    endOnce(1);
  };
  for (const name of signals) process.on(name, () => end(name === 'SIGINT' ? 130 : 143));
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  // Told to nobody: saying so would fail in the same way, without end.
  for (const output of [process.stdout, process.stderr]) output.on('error', () => endOnce(unreadCode));
  endWithNpm(() => endOnce(143));
}

const watchMs = 500;

// npm that is killed outright passes nothing on; whoever starts us without it may leave us running.
function endWithNpm(end: () => void) {
  if (!process.env['npm_lifecycle_event']) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    end();
  }, watchMs);
  watch.unref();
}
