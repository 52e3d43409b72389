/** Set by a page that asks by itself while nobody touches it: such a request keeps no session alive. */
export const unattendedCookie = 'unattended';
