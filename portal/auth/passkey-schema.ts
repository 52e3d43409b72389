import { z } from 'zod';

const base64url = z
  .string()
  .max(16_384)
  .regex(/^[\w-]*$/);

const credential = {
  id: base64url.max(1_400),
  rawId: base64url.max(1_400),
  authenticatorAttachment: z.enum(['platform', 'cross-platform']).exactOptional(),
  // What a browser says beside the answer is not used.
  clientExtensionResults: z.unknown().transform(() => ({})),
  type: z.literal('public-key'),
};

/** What `navigator.credentials.create()` gives, as JSON. */
export const NewPasskey = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64url,
    attestationObject: base64url,
    transports: z.array(z.string().max(32)).max(8).exactOptional(),
  }),
});
export type NewPasskey = z.output<typeof NewPasskey>;

/** What `navigator.credentials.get()` gives, as JSON. */
export const PasskeyAnswer = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64url,
    authenticatorData: base64url,
    signature: base64url,
    userHandle: base64url.exactOptional(),
  }),
});
export type PasskeyAnswer = z.output<typeof PasskeyAnswer>;
