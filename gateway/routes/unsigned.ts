import type { Hono } from 'hono';
import { plainProblem } from '../answers/plain.ts';
import type { Env } from '../context.ts';
import type { Gateway } from '../gateway.ts';

/** Mounts a GET that anybody may send; another method is refused by name. */
export function mountUnsigned(
  app: Hono<Env>,
  gateway: Gateway,
  path: string,
  answer: (parameter: string) => Response | Promise<Response>,
): void {
  app.all(path, async (c) => {
    const { method } = c.env.incoming;
    if (method !== 'GET' && method !== 'HEAD')
      return plainProblem(gateway, 'method_not_allowed', { allow: 'GET, HEAD' });
    const response = await answer(c.req.param('name') ?? '');
    gateway.report.unsigned(path, response.status);
    return response;
  });
}
