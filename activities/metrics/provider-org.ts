/** Whose marks say which days of all orgs together are to be summed up again by metric, and computed again by topic: `all:leads`. */
export const providerOrg = '_provider';
