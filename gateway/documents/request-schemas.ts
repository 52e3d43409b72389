import { z } from 'zod';

/** The headers of a signed request, for the document; the gateway reads them by its own scan. */
const signedHeaders = {
  'x-provider-keyid': z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/)
    .meta({ description: "The key's public id" }),
  'x-timestamp': z
    .string()
    .regex(/^[1-9][0-9]{9}$/)
    .meta({ description: 'Unix time in whole seconds' }),
  'x-nonce': z
    .string()
    .regex(/^[A-Za-z0-9_-]{16,128}$/)
    .meta({ description: 'Never used before with this key' }),
  'x-signature': z
    .string()
    .regex(/^v[12]=[0-9a-f]{64}$/)
    .meta({
      description:
        'HMAC-SHA256 over method, request target, key id, timestamp, nonce and hex SHA-256 of the body, joined by line feeds; v2 also signs the idempotency key',
    }),
};

export const readHeaders = z.object(signedHeaders);

export const postHeaders = z.object({
  ...signedHeaders,
  'x-idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/)
    .meta({
      description: 'A repeat with the same key and body gets the first answer and changes nothing',
    }),
  prefer: z.string().optional().meta({ description: 'wait=N, 1 to 10 seconds: answer after the event was applied' }),
});

export const stateParameters = z.object({ id: z.string().meta({ description: 'The id of the answer' }) });
