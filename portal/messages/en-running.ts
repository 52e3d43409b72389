/** What a running portal was told to do, as its environment has it. */
export const running = {
  purpose: 'What this portal was started with. It is read-only here.',
  why: 'Nothing in the portal or the jobs can be switched while it runs: what differs between installations is set in the environment, where it is reviewed and comes back after a restart. This page says what holds now.',
  caption: 'Settings of this process',
  columns: { name: 'Setting', state: 'State', variable: 'Variable', meaning: 'What it means' },
  on: 'On',
  off: 'Off',
  settings: {
    requireMfa: {
      name: 'Second factor required',
      on: 'Providers and accountants reach Security alone until they have added one',
      off: 'Staff may sign in with a password alone',
    },
    passkeys: {
      name: 'Passkeys',
      on: 'Staff may add passkeys for the host name browsers use',
      off: 'Browsers reach this portal by an address, which a passkey cannot be bound to',
    },
    oidc: {
      name: 'Identity provider',
      on: 'Staff may sign in through it; their groups give the roles',
      off: 'Staff sign in with a password or a passkey',
    },
    proxies: {
      name: 'Trusted proxies',
      on: 'Addresses of clients are read from what these proxies say',
      off: 'The address of the connection is the client',
    },
    temporal: {
      name: 'Links to workflow runs',
      on: 'Rows link to their run in the Temporal UI',
      off: 'Runs are not linked',
    },
    gateway: {
      name: 'Gateway address',
      on: 'Copy as curl names it, and refusals link its documentation',
      off: 'Copy as curl names a placeholder',
    },
    testClock: {
      name: 'Fixed clock',
      on: 'The portal believes it is always the same instant',
      off: 'The clock runs',
    },
  },
} as const;
