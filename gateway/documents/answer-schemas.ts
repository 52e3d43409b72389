import { z } from 'zod';
import { problems, type ProblemCode } from '#domain/errors';
import { eventIdPattern } from '#domain/ids';

/** What the gateway answers, as tenants may check it. A 200 has exactly these members, and so has a state. */
const eventId = z
  .string()
  .regex(eventIdPattern)
  .meta({ description: 'A pure function of tenant and idempotency key.' });
const status = z.enum(['accepted', 'applied', 'rejected']);
const instant = z.iso.datetime();

export const acceptedAnswer = z.strictObject({
  ok: z.literal(true),
  id: eventId,
  status: status.optional().meta({ description: 'Only with Prefer: wait' }),
});

export const stateAnswer = z.strictObject({
  ok: z.literal(true),
  id: eventId,
  type: z.string(),
  status,
  receivedAt: instant,
  appliedAt: instant.optional(),
  rejection: z.string().optional(),
  workflowId: z.string(),
});

const codes = Object.keys(problems).filter((code): code is ProblemCode => Object.hasOwn(problems, code));

export const problemAnswer = z.strictObject({
  ok: z.literal(false),
  code: z.enum(codes),
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  requestId: z.string(),
  issues: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
});
