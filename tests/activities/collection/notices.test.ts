import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dunningPhases } from '#activities/collection/dunning-phases';
import { beginRetryByHand } from '#activities/collection/retry-by-hand';
import { settlePayment } from '#activities/collection/settle-payment';
import { createLogChannel } from '#activities/collection/notices/log-channel';
import { createSmtpChannel } from '#activities/collection/notices/smtp-channel';
import { alertNoticesPhase } from '#activities/collection/send-alerts';
import { executeStaffCommand } from '#activities/commands/execute-staff-command';
import { createSandboxProvider } from '#payments/sandbox/client';
import { inTenants } from '#prisma/pool';
import { startSandbox, type SandboxProcess } from '#tests/payments/sandbox-process';
import { outcomeOf, storeOrder } from './orders.ts';
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
  await makeInvoice(world, orgId, { amountMinor: 123_456n, currency: 'JPY' });
  mail.isRefusing = true;
  expect(await tick('10')).toMatchObject({ noticesFailed: 1 });
  mail.isRefusing = false;
  await Promise.all([tick('11'), tick('11')]);
  await tick('12');
  expect(mail.mails).toHaveLength(1);
  const [told = ''] = mail.mails;
  expect(told).toContain('To: staff@provider.example');
  expect(told).toContain('Subject: Payment of invoice no. INV-000001 failed');
  expect(told).toContain('123456 JPY');
  expect(told).toMatch(/Message-ID: <[0-9a-f]{40}@/i);
  await world.admin.query(`update org_billing set notice_email = 'cfo@acme.example' where org_id = $1`, [orgId]);
  await runTick(phases, slotAt('2026-11-03T10'));
  expect(mail.mails.at(-1)).toContain('To: cfo@acme.example');
});

test('a notice that has not left when its invoice is paid goes to nobody: the payment stops everything', async () => {
  const smtp = createSmtpChannel({ url: mail.url, from: 'a@provider.example', fallbackTo: 'staff@provider.example' });
  const phases = dunningPhases(world.worker, world.resources.providers, [smtp]);
  const orgId = await makePayer(world, 'pm_soft_then_ok_1');
  const name = { orgId, invoiceId: await makeInvoice(world, orgId) };
  mail.isRefusing = true;
  expect(await runTick(phases, slotAt('2026-11-04T10'))).toMatchObject({ declined: 1, noticesFailed: 1 });
  mail.isRefusing = false;
  await payByHand(name, '2026-11-04T11');
  const before = mail.mails.length;
  expect((await runTick(phases, slotAt('2026-11-04T12')))['notices']).toBe(0);
  expect(mail.mails).toHaveLength(before);
});

test('that collection has ended is told to nobody once nothing is due any more', async () => {
  const smtp = createSmtpChannel({ url: mail.url, from: 'a@provider.example', fallbackTo: 'staff@provider.example' });
  const phases = dunningPhases(world.worker, world.resources.providers, [smtp]);
  const policy = { retryDays: [], graceDays: 1, endState: 'past_due' };
  const orgId = await makePayer(world, 'pm_soft_then_ok_1', { policy });
  const name = { orgId, invoiceId: await makeInvoice(world, orgId) };
  await runTick(phases, slotAt('2026-11-04T10'));
  mail.isRefusing = true;
  expect(await runTick(phases, slotAt('2026-11-05T10'))).toMatchObject({ ended: 1 });
  mail.isRefusing = false;
  await payByHand(name, '2026-11-05T11');
  await runTick(phases, slotAt('2026-11-05T12'));
  expect(mail.mails.filter((told) => told.includes(orgId))).toEqual([expect.stringContaining('is still unpaid')]);
});

test('what is told by all channels is told again by the one alone that failed, and of nothing that is not due any more', async () => {
  const smtp = createSmtpChannel({ url: mail.url, from: 'a@provider.example', fallbackTo: 'staff@provider.example' });
  const logged: string[] = [];
  const log = {
    info: (fields: object) => void logged.push(String(Object.entries(fields).find(([name]) => name === 'key')?.[1])),
  };
  const notify = [createLogChannel(log), smtp];
  const phases = [
    ...dunningPhases(world.worker, world.resources.providers, notify),
    alertNoticesPhase({ db: world.worker, notify }),
  ];
  const orgId = await makePayer(world, undefined);
  const id = await makeInvoice(world, orgId);
  const voided = await makeInvoice(world, orgId);
  await world.admin.query(
    "insert into ai_alert (org_id, month, level, fired_at) values ($1, '2026-11-01', 75, '2026-11-05')",
    [orgId],
  );
  const before = mail.mails.length;
  mail.isRefusing = true;
  for (const hour of ['10', '11']) await runTick(phases, slotAt(`2026-11-05T${hour}`));
  mail.isRefusing = false;
  const order = await storeOrder(world.admin, orgId, 'void', { invoiceId: voided });
  await executeStaffCommand(world.worker, order);
  expect(await outcomeOf(world.admin, order)).toBe('done');
  for (const hour of ['12', '13']) await runTick(phases, slotAt(`2026-11-05T${hour}`));
  expect(logged.toSorted()).toEqual(
    [`ai:${orgId}:2026-11:75:log`, `notice:${id}:0:log`, `notice:${voided}:0:log`].toSorted(),
  );
  const mails = mail.mails.slice(before);
  expect(mails).toHaveLength(2);
  expect(mails.toSorted().join()).toMatch(/75 % of the AI credits[^]*no payment method/);
});

async function payByHand(name: { readonly orgId: string; readonly invoiceId: string }, hour: string) {
  const staff = { actorType: 'staff', actor: 'ann' } as const;
  const { at } = slotAt(hour);
  const begun = await inTenants(world.worker, [name.orgId], (client) => beginRetryByHand(client, name, at, staff));
  if ('refused' in begun) throw new Error(begun.refused);
  expect(await settlePayment({ ...world.resources, now: () => at }, begun, staff)).toBe('succeeded');
}

test('an alert of an AI allowance goes out once for its org, month and level; one that was refused goes again, one of a muted month does not', async () => {
  const smtp = createSmtpChannel({ url: mail.url, from: 'a@provider.example', fallbackTo: 'staff@provider.example' });
  const phase = alertNoticesPhase({ db: world.worker, notify: [smtp] });
  const orgId = await makePayer(world, 'pm_ok');
  const fire = (month: string, levels: readonly number[]) =>
    world.admin.query(
      'insert into ai_alert (org_id, month, level, fired_at) select $1, $2, level, now() from unnest($3::int[]) level',
      [orgId, month, levels],
    );
  await fire('2026-11-01', [75, 90]);
  await fire('2026-08-01', [75]);
  await world.admin.query(
    `insert into ai_monthly_summary (org_id, month, feature, model, uses, credits, prompt_tokens, completion_tokens, computed_at)
     values ($1, '2026-11-01', 'pricing', '', 2, 910.50, 0, 0, now())`,
    [orgId],
  );
  const notified = async () => {
    const { rows } = await world.admin.query<{ alert: string }>(
      `select month || ' ' || level as alert from ai_alert where org_id = $1 and notified_at is not null order by 1`,
      [orgId],
    );
    return rows.map(({ alert }) => alert);
  };
  const tick = () => runTick([phase], slotAt('2026-11-20T10'));
  const before = mail.mails.length;
  mail.isRefusing = true;
  expect(await tick()).toMatchObject({ alertsTold: 0, alertsFailed: 2 });
  expect(await notified()).toEqual([]);
  mail.isRefusing = false;
  await Promise.all([tick(), tick()]);
  await tick();
  const mails = mail.mails.slice(before);
  expect(mails).toHaveLength(2);
  expect(mails.toSorted().join()).toMatch(/75 % of the AI credits of 2026-11[^]*910\.5 credits[^]*90 % of the AI/);
  expect(await notified()).toEqual(['2026-11-01 75', '2026-11-01 90']);
  await world.admin.query(
    "insert into ai_mute (org_id, month, muted_by, muted_at) values ($1, '2026-11-01', 'ada', now())",
    [orgId],
  );
  await fire('2026-11-01', [100]);
  await tick();
  expect(mail.mails).toHaveLength(before + 2);
  await world.admin.query('delete from ai_mute where org_id = $1', [orgId]);
  await tick();
  expect(await notified()).toContain('2026-11-01 100');
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
