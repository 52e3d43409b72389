import 'server-only';
import { headers } from 'next/headers';
import type { z } from 'zod';
import { environment } from '../server/environment.ts';
import { log } from '../server/log.ts';
import { currentStaff } from './current-staff.ts';
import { isSameOrigin } from './same-origin.ts';
import type { Staff } from './session.ts';

export type ActionRefusal = 'signed_out' | 'forbidden' | 'foreign_origin' | 'invalid' | 'failed';
export type ActionResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: ActionRefusal };

interface Definition<I, T> {
  readonly name: string;
  /** Whether the member has the right; an action without one asks only who it is. */
  readonly allows?: (staff: Staff) => boolean;
  readonly input: z.ZodType<I>;
  readonly run: (staff: Staff, input: I) => Promise<T>;
}

/** Every Server Action is made here: session, role, origin, input, and only then what it does. Errors stay in the log. */
export function staffAction<I, T>({ name, allows, input, run }: Definition<I, T>) {
  return async (untrusted: unknown): Promise<ActionResult<T>> => {
    const refuse = (refusal: ActionRefusal, staff?: Staff): ActionResult<T> => {
      log.warn({ action: name, staff: staff?.id, refusal }, 'staff action refused');
      return { ok: false, refusal };
    };
    const staff = await currentStaff();
    if (!staff) return refuse('signed_out');
    if (allows && !allows(staff)) return refuse('forbidden', staff);
    if (!isSameOrigin(await headers(), environment().APP_ORIGIN)) return refuse('foreign_origin', staff);
    const parsed = input.safeParse(untrusted);
    if (!parsed.success) return refuse('invalid', staff);
    try {
      const value = await run(staff, parsed.data);
      log.info({ action: name, staff: staff.id }, 'staff action');
      return { ok: true, value };
    } catch (error) {
      log.error({ action: name, staff: staff.id, error: String(error) }, 'staff action failed');
      return { ok: false, refusal: 'failed' };
    }
  };
}
