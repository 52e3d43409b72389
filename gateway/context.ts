import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { SignedRequest } from './guards/signed-request.ts';

/** What Hono knows of a request: Node's own objects, and on federation routes the request as the guards see it. */
export interface Env {
  Bindings: HttpBindings;
  Variables: { request: SignedRequest };
}

/** A handler of a federation route, bare or inside guards. */
export type Handler = (c: Context<Env>) => Promise<Response>;
