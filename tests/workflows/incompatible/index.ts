import { sleep } from '@temporalio/workflow';

/** What handleEvent must never become: another first command. */
export async function handleEvent(): Promise<void> {
  await sleep(1_000);
}
