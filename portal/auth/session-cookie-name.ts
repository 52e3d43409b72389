/** The __Host- prefix makes the browser keep it to this host, this path and secure origins. */
export const sessionCookie = '__Host-provider_sid';
