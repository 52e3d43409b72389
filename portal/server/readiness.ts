declare global {
  var portalReadiness: { isSeeded: boolean } | undefined;
}

globalThis.portalReadiness ??= { isSeeded: false };

/** What boot tells the health route, which is bundled apart from it. */
export const readiness = globalThis.portalReadiness;
