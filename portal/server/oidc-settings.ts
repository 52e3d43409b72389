import { z } from 'zod';
import type { StaffRole } from '../auth/access.ts';

/** How staff sign in through an identity provider. */
export interface OidcSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly groupsClaim: string;
  /** What each group of the provider may do here; other groups count for nothing. */
  readonly rolesOfGroups: ReadonlyMap<string, readonly StaffRole[]>;
}

export const oidcVariables = {
  OIDC_ISSUER: z.url({ protocol: /^https?$/ }).optional(),
  OIDC_CLIENT_ID: z.string().min(1).optional(),
  OIDC_CLIENT_SECRET: z.string().min(1).optional(),
  OIDC_GROUPS_CLAIM: z.string().min(1).default('groups'),
  OIDC_GROUP_ROLES: z.string().optional(),
};

const GroupRoles = z.record(z.string().min(1), z.array(z.enum(['provider', 'accountant', 'developer'])).min(1));
type Told = z.output<z.ZodObject<typeof oidcVariables>>;

/** All of it or none: half a configuration would let nobody in, or the wrong people. */
export function oidcSettings(told: Told, context: z.core.$RefinementCtx): OidcSettings | undefined {
  const refuse = (path: keyof Told, message: string) => {
    context.addIssue({ code: 'custom', path: [path], message });
    return z.NEVER;
  };
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = told;
  const { OIDC_GROUP_ROLES: groupRoles, OIDC_GROUPS_CLAIM: groupsClaim } = told;
  if (!issuer && !clientId && !clientSecret && !groupRoles) return undefined;
  if (!issuer) return refuse('OIDC_ISSUER', 'is missing beside the others of OIDC');
  if (!clientId) return refuse('OIDC_CLIENT_ID', 'is missing beside OIDC_ISSUER');
  if (!clientSecret) return refuse('OIDC_CLIENT_SECRET', 'is missing beside OIDC_ISSUER');
  if (!isTrusted(issuer)) return refuse('OIDC_ISSUER', 'is not https, and not on this machine');
  const roles = GroupRoles.safeParse(parseJson(groupRoles ?? ''));
  if (!roles.success) return refuse('OIDC_GROUP_ROLES', 'is not JSON of the form {"group": ["provider", …]}');
  return { issuer, clientId, clientSecret, groupsClaim, rolesOfGroups: new Map(Object.entries(roles.data)) };
}

/** Only a provider on this machine is reached without TLS. */
export function isLoopback(issuer: string): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(issuer).hostname);
}

function isTrusted(issuer: string) {
  return new URL(issuer).protocol === 'https:' || isLoopback(issuer);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
