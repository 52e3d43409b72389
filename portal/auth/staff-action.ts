import 'server-only';
import { headers } from 'next/headers';
import { unstable_rethrow } from 'next/navigation';
import type { z } from 'zod';
import { environment } from '../server/environment.ts';
import { log } from '../server/log.ts';
import { now } from '../server/now.ts';
import { AccessDenied } from './access.ts';
import type { ActionRefusal, ActionResult } from './action-result.ts';
import { currentStaff } from './current-staff.ts';
import { isSameOrigin } from './same-origin.ts';
import type { Staff } from './session.ts';
import { isFreshlyProven } from './step-up.ts';

interface Definition<In, I, T> {
  readonly name: string;
  /** Whether the member has the right; an action without one asks only who it is. */
  readonly allows?: (staff: Staff) => boolean;
  /** Whether the member must have said lately who they are: always, or by what is asked. */
  readonly stepUp?: true | ((input: I) => boolean);
  readonly input: z.ZodType<I, In>;
  readonly run: (staff: Staff, input: I) => Promise<T>;
}

/** What a caller may give: it is read only. */
type Told<T> = T extends readonly (infer E)[]
  ? readonly Told<E>[]
  : T extends object
    ? { readonly [K in keyof T]: Told<T[K]> }
    : T;

/** Thrown by what an action does where a state forbids it: `conflict` if it changed since it was looked at. The words are for the member. */
export class ActionRefused extends Error {
  readonly refusal: 'conflict' | 'refused';
  constructor(refusal: 'conflict' | 'refused', message: string) {
    super(message);
    this.name = 'ActionRefused';
    this.refusal = refusal;
  }
}

/** Every Server Action is made here: session, role, origin, step-up, input, and only then what it does. Errors stay in the log. */
export function staffAction<In, I, T>(definition: Definition<In, I, T>) {
  const { name, allows, input, run } = definition;
  return async (untrusted: Told<In>): Promise<ActionResult<T>> => {
    const refuse = (refusal: ActionRefusal, staff?: Staff, message?: string): ActionResult<T> => {
      log.warn({ action: name, staff: staff?.id, refusal }, 'staff action refused');
      return { ok: false, refusal, ...(message !== undefined && { message }) };
    };
    const staff = await currentStaff();
    if (!staff) return refuse('signed_out');
    if (allows && !allows(staff)) return refuse('forbidden', staff);
    if (!isSameOrigin(await headers(), environment().APP_ORIGIN)) return refuse('foreign_origin', staff);
    if (definition.stepUp === true && !isFreshlyProven(staff, now())) return refuse('step_up', staff);
    const parsed = input.safeParse(untrusted);
    if (!parsed.success) return refuse('invalid', staff);
    if (mustStepUp(definition, parsed.data) && !isFreshlyProven(staff, now())) return refuse('step_up', staff);
    try {
      const value = await run(staff, parsed.data);
      log.info({ action: name, staff: staff.id }, 'staff action');
      return { ok: true, value };
    } catch (error) {
      // Next's own way out, such as a redirect.
      unstable_rethrow(error);
      if (error instanceof ActionRefused) return refuse(error.refusal, staff, error.message);
      if (error instanceof AccessDenied) return refuse('forbidden', staff);
      log.error({ action: name, staff: staff.id, error: String(error) }, 'staff action failed');
      return { ok: false, refusal: 'failed' };
    }
  };
}

function mustStepUp<I>({ stepUp }: Pick<Definition<never, I, never>, 'stepUp'>, input: I) {
  return typeof stepUp === 'function' && stepUp(input);
}
