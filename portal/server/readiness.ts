declare global {
  var portalReadiness: { isSeeded: boolean } | undefined;
}

/** What a process of the portal says to the one that started it, once it can do its work. */
export const booted = 'booted';

globalThis.portalReadiness ??= { isSeeded: false };

/** What boot tells the health route, which is bundled apart from it. */
export const readiness = globalThis.portalReadiness;
