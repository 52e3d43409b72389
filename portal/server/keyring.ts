import 'server-only';
import type { KeyChannel } from '#prisma/federation-keys';
import { openKeyChannel } from '#prisma/key-store';
import type { Keyring } from '#prisma/keyring';
import { environment } from './environment.ts';
import { log } from './log.ts';

declare global {
  // Survives a reload of modules in development.
  var portalKeyChannel: KeyChannel | undefined;
}

/** Under which new secrets are sealed; none where this portal makes no keys. What it seals it cannot read back. */
export function keyring(): Keyring | undefined {
  return environment().KEY_ENCRYPTION_KEYS;
}

/** The way to the gateways, and whether it held. */
export function tellGateways(): { readonly channel: KeyChannel | undefined; readonly isTold: () => boolean } {
  const { REDIS_URL: url } = environment();
  if (url === undefined) return { channel: undefined, isTold: () => false };
  globalThis.portalKeyChannel ??= openKeyChannel(url, (line) => log.warn(line));
  const shared = globalThis.portalKeyChannel;
  let heard = false;
  const channel: KeyChannel = {
    publish: async (name, message) => {
      const count = await shared.publish(name, message);
      heard = count !== undefined;
      return count;
    },
  };
  return { channel, isTold: () => heard };
}
