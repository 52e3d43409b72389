import type { DemoOrg } from './org.ts';
import { orgsElsewhere } from './orgs-elsewhere.ts';
import { orgsInEuros } from './orgs-in-euros.ts';

/** Twelve orgs: each plan and price model, all five movements, three currencies, and each way in which a collection may end. */
export const demoOrgs: readonly DemoOrg[] = [...orgsInEuros, ...orgsElsewhere];
