import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dunningPhases } from '#activities/collection/dunning-phases';
import { createSmtpChannel } from '#activities/collection/notices/smtp-channel';
import { createSandboxProvider } from '#payments/sandbox/client';
import { startSandbox, type SandboxProcess } from '#tests/payments/sandbox-process';
import { createWorld, makeInvoice, makePayer, runTick, slotAt, type World } from './world.ts';

interface MailServer {
  readonly url: string;
  readonly mails: string[];
  isRefusing: boolean;
  close(): Promise<void>;
}

let sandbox: SandboxProcess;
let world: World;
let mail: MailServer;

beforeAll(async () => {
  [sandbox, mail] = await Promise.all([startSandbox(), startMailServer()]);
  world = await createWorld(new Map([['sandbox', createSandboxProvider({ url: sandbox.url, timeoutMs: 2_000 })]]));
});
afterAll(async () => {
  await world.close();
  await Promise.all([sandbox.stop(), mail.close()]);
});

test('a notice goes out by mail once, to the org’s own address or else to the fallback, and one that was refused goes again', async () => {
  const smtp = createSmtpChannel({
    url: mail.url,
    from: 'billing@provider.example',
    fallbackTo: 'staff@provider.example',
  });
  const phases = dunningPhases(world.worker, world.resources.providers, [smtp]);
  const tick = (hour: string) => runTick(phases, slotAt(`2026-11-02T${hour}`));
  const orgId = await makePayer(world, 'pm_declined_soft');
  const id = await makeInvoice(world, orgId, { amountMinor: 123_456n, currency: 'JPY' });
  mail.isRefusing = true;
  expect(await tick('10')).toMatchObject({ noticesFailed: 1 });
  mail.isRefusing = false;
  await Promise.all([tick('11'), tick('11')]);
  await tick('12');
  expect(mail.mails).toHaveLength(1);
  const [told = ''] = mail.mails;
  expect(told).toContain('To: staff@provider.example');
  expect(told).toContain(`Subject: Payment of invoice no. ${id} failed`);
  expect(told).toContain('123456 JPY');
  expect(told).toMatch(/Message-ID: <[0-9a-f]{40}@/i);
  await world.admin.query(`update org_billing set notice_email = 'cfo@acme.example' where org_id = $1`, [orgId]);
  await runTick(phases, slotAt('2026-11-03T10'));
  expect(mail.mails.at(-1)).toContain('To: cfo@acme.example');
});

/** As much of SMTP as a sender needs. */
async function startMailServer(): Promise<MailServer> {
  const mails: string[] = [];
  const state = { mails, isRefusing: false };
  const server: Server = createServer((socket) => {
    let data: string[] | undefined;
    let rest = '';
    socket.on('error', () => undefined);
    socket.write('220 test\r\n');
    socket.on('data', (chunk) => {
      const lines = (rest + chunk.toString()).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) answer(line);
    });
    const answer = (line: string) => {
      if (data) {
        if (line !== '.') return void data.push(line);
        state.mails.push(data.join('\n'));
        data = undefined;
        return void socket.write('250 taken\r\n');
      }
      if (line.startsWith('RCPT') && state.isRefusing) return void socket.write('451 later\r\n');
      if (line === 'DATA') {
        data = [];
        return void socket.write('354 go on\r\n');
      }
      socket.write(line === 'QUIT' ? '221 bye\r\n' : '250 ok\r\n');
      if (line === 'QUIT') socket.end();
    };
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  return Object.assign(state, {
    url: `smtp://127.0.0.1:${port}`,
    async close() {
      server.close();
      await once(server, 'close');
    },
  });
}
