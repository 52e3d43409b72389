import type pg from 'pg';
import type { Refusal } from '#domain/billing/refusals';
import type { StaffCommandKind } from '#domain/billing/staff-commands';
import type { EpochMs } from '#domain/instants';
import type { Actor } from '../collection/names.ts';
import type { Reach } from '../collection/resources.ts';

export interface CommandName {
  readonly orgId: string;
  readonly id: string;
}

/** An order of staff, as it was stored. */
export interface StaffCommand extends CommandName, Reach {
  readonly kind: StaffCommandKind;
  readonly actor: Actor;
  readonly reason: string;
  /** When it was given: the business instant of what it does. */
  readonly at: EpochMs;
  /** When it is done: what it begins to collect begins then, and so do days and how long the provider's key is trusted. */
  readonly doneAt: EpochMs;
}

/** A payment or refund that waits for its provider, which is called once the command is committed. */
export interface Settles {
  readonly what: 'payment' | 'refund';
  readonly invoiceId: string;
  readonly ref: string;
}

export interface Done {
  /** What the command came to, as JSON. */
  readonly result: Readonly<Record<string, unknown>>;
  readonly settles?: readonly Settles[];
}

/** Does what one kind of command says, in the caller's transaction, under the org's lock. What it refuses changes nothing. */
export type Act<B> = (client: pg.ClientBase, command: StaffCommand, body: B) => Promise<Done | Refusal>;
