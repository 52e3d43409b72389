import { closeSync, mkdirSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { chargeSchema, refundSchema, type SandboxChargeRow, type SandboxRefundRow } from './wire.ts';

/** What the sandbox keeps: every charge that it tried and every refund, in the order in which they came. */
export interface SandboxBook {
  readonly charges: readonly SandboxChargeRow[];
  readonly refunds: readonly SandboxRefundRow[];
  charge(ref: string): SandboxChargeRow | undefined;
  chargeByKey(key: string): SandboxChargeRow | undefined;
  refundByKey(key: string): SandboxRefundRow | undefined;
  /** How many charges of the invoice were tried with the token, also those that came to nothing. */
  tried(orgId: string, invoiceId: string, token: string): number;
  /** A try that left no charge. */
  noteTried(orgId: string, invoiceId: string, token: string): void;
  addCharge(charge: SandboxChargeRow): void;
  addRefund(refund: SandboxRefundRow): void;
  close(): void;
}

const entrySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('tried'), orgId: z.string(), invoiceId: z.string(), token: z.string() }),
  z.object({ kind: z.literal('charge'), charge: chargeSchema }),
  z.object({ kind: z.literal('refund'), refund: refundSchema }),
]);
type Entry = z.output<typeof entrySchema>;

/**
 * Opens the book: a file of one JSON line an entry, written before an answer leaves, so that it outlives the process (not the machine's
 * power). A last line that was cut off is left out.
 */
export function openBook(file: string): SandboxBook {
  const state = createState();
  for (const entry of readEntries(file)) state.apply(entry);
  mkdirSync(dirname(file), { recursive: true });
  const handle = openSync(file, 'a');
  const add = (entry: Entry) => {
    writeSync(handle, `${JSON.stringify(entry)}\n`);
    state.apply(entry);
  };
  return {
    charges: state.charges,
    refunds: state.refunds,
    charge: (ref) => state.byRef.get(ref),
    chargeByKey: (key) => state.byKey.get(key),
    refundByKey: (key) => state.refundsByKey.get(key),
    tried: (...of) => state.tries.get(of.join(' ')) ?? 0,
    noteTried: (orgId, invoiceId, token) => add({ kind: 'tried', orgId, invoiceId, token }),
    addCharge: (charge) => add({ kind: 'charge', charge }),
    addRefund: (refund) => add({ kind: 'refund', refund }),
    close: () => closeSync(handle),
  };
}

function createState() {
  const charges: SandboxChargeRow[] = [];
  const byRef = new Map<string, SandboxChargeRow>();
  const byKey = new Map<string, SandboxChargeRow>();
  const refunds: SandboxRefundRow[] = [];
  const refundsByKey = new Map<string, SandboxRefundRow>();
  const tries = new Map<string, number>();
  const noteTry = (of: { readonly orgId: string; readonly invoiceId: string; readonly token: string }) => {
    const name = `${of.orgId} ${of.invoiceId} ${of.token}`;
    tries.set(name, (tries.get(name) ?? 0) + 1);
  };
  const apply = (entry: Entry) => {
    switch (entry.kind) {
      case 'tried':
        noteTry(entry);
        break;
      case 'charge':
        noteTry(entry.charge);
        charges.push(entry.charge);
        byRef.set(entry.charge.ref, entry.charge);
        byKey.set(entry.charge.key, entry.charge);
        break;
      case 'refund': {
        refunds.push(entry.refund);
        refundsByKey.set(entry.refund.key, entry.refund);
        const charge = byRef.get(entry.refund.chargeRef);
        if (charge) charge.refundedMinor = String(BigInt(charge.refundedMinor) + BigInt(entry.refund.amountMinor));
        break;
      }
    }
  };
  return { charges, byRef, byKey, refunds, refundsByKey, tries, apply };
}

/** What a crash left of a last line is cut off, so that the next entry starts a line of its own. */
function readEntries(file: string): Entry[] {
  const text = readText(file);
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole.length < text.length) truncateSync(file, Buffer.byteLength(whole));
  return whole.split('\n').flatMap((line) => (line === '' ? [] : [entrySchema.parse(JSON.parse(line))]));
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}
