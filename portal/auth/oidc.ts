import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  calculatePKCECodeChallenge,
  discovery,
  enableNonRepudiationChecks,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import type { Configuration, IDToken } from 'openid-client';
import { z } from 'zod';
import { minuteMs, secondMs } from '#domain/instants';
import type { EpochMs } from '#domain/instants';
import type { Keyring } from '#prisma/keyring';
import { paths } from '../paths.ts';
import { isLoopback } from '../server/oidc-settings.ts';
import type { OidcSettings } from '../server/oidc-settings.ts';
import type { StaffRole } from './access.ts';
import { seal, unseal } from './sealing.ts';

export const oidcCookie = '__Host-provider_oidc';
const backWithinMs = 10 * minuteMs;
export const oidcCookieS = backWithinMs / 1_000;

/** Whom the provider vouches for. */
export interface Identity {
  /** Issuer and subject: never given to somebody else. */
  readonly subject: string;
  readonly email: string;
  readonly name: string;
  readonly roles: readonly StaffRole[];
  /** When they last proved who they are there, where the provider says so: a sign-in may come of a session that it has for long. */
  readonly provedAt: EpochMs | undefined;
  readonly idToken: string;
}

/** What is remembered between leaving for the provider and coming back. */
const Trip = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  next: z.string().optional(),
  until: z.number(),
});

let known: { readonly issuer: string; readonly configuration: Promise<Configuration> } | undefined;

/** What the provider says of itself, read once. One that could not be read is read again. */
export function discover({ issuer, clientId, clientSecret }: OidcSettings): Promise<Configuration> {
  if (known?.issuer === issuer) return known.configuration;
  const execute = [enableNonRepudiationChecks, ...(isLoopback(issuer) ? [allowInsecureRequests] : [])];
  const configuration = discovery(new URL(issuer), clientId, clientSecret, undefined, { execute });
  known = { issuer, configuration };
  configuration.catch(() => {
    known = undefined;
  });
  return configuration;
}

/** Whether the provider did not answer, rather than answer wrongly. */
export function isAway(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return error instanceof TypeError || code === 'OAUTH_TIMEOUT';
}

/** Where the browser goes to sign in, and what it carries meanwhile: sealed, and good for this provider only. */
export async function leaveForProvider(
  settings: OidcSettings,
  { ring, appOrigin, next, now }: { ring: Keyring; appOrigin: string; next: string | undefined; now: EpochMs },
): Promise<{ readonly url: string; readonly cookie: string }> {
  const trip = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() };
  const url = buildAuthorizationUrl(await discover(settings), {
    redirect_uri: `${appOrigin}${paths.oidcCallback}`,
    scope: 'openid email profile',
    response_type: 'code',
    state: trip.state,
    nonce: trip.nonce,
    code_challenge: await calculatePKCECodeChallenge(trip.verifier),
    code_challenge_method: 'S256',
  });
  const told = JSON.stringify({ ...trip, next, until: now + backWithinMs });
  return { url: url.href, cookie: seal(ring, told, tripName(settings)) };
}

export type Return =
  | { readonly identity: Identity; readonly next: string | undefined }
  /** Why nobody came back, in words for the log. */
  | { readonly refusal: string };

/** Who came back: state, PKCE, nonce, issuer, audience, signature and times are right, and the e-mail is verified. */
export async function comeBack(
  settings: OidcSettings,
  told: { readonly ring: Keyring; readonly url: URL; readonly cookie: string | undefined; readonly now: EpochMs },
): Promise<Return> {
  const trip = readTrip(settings, told);
  if (!trip) return { refusal: 'no sign-in was begun here within ten minutes' };
  try {
    const tokens = await authorizationCodeGrant(await discover(settings), told.url, {
      expectedState: trip.state,
      expectedNonce: trip.nonce,
      pkceCodeVerifier: trip.verifier,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (!claims || tokens.id_token === undefined) return { refusal: 'no id token' };
    const identity = identityOf(settings, claims, tokens.id_token);
    return typeof identity === 'string' ? { refusal: identity } : { identity, next: trip.next };
  } catch (error) {
    return { refusal: error instanceof Error ? error.message : String(error) };
  }
}

/** Where the browser goes to end its session at the provider too; undefined where that cannot be asked for. */
export async function endAtProvider(
  settings: OidcSettings,
  { idToken, appOrigin }: { readonly idToken: string; readonly appOrigin: string },
): Promise<string | undefined> {
  const configuration = await discover(settings);
  if (configuration.serverMetadata().end_session_endpoint === undefined) return undefined;
  const back = `${appOrigin}${paths.signIn}`;
  return buildEndSessionUrl(configuration, { id_token_hint: idToken, post_logout_redirect_uri: back }).href;
}

const Claims = z.object({
  email: z.email().max(320),
  email_verified: z.literal(true),
  name: z.string().min(1).max(128).optional().catch(undefined),
  auth_time: z.number().min(0).max(8_640_000_000_000).optional(),
});

/** The member that the claims tell of, or why they tell of none. */
function identityOf({ groupsClaim, rolesOfGroups }: OidcSettings, claims: IDToken, idToken: string): Identity | string {
  const read = Claims.safeParse(claims);
  if (!read.success) return 'the e-mail is missing or not verified, or a claim is not of its kind';
  const { name, auth_time: authTimeS } = read.data;
  const email = read.data.email.toLowerCase();
  const groups = z.array(z.string()).catch([]).parse(claims[groupsClaim]);
  const roles = [...new Set(groups.flatMap((group) => rolesOfGroups.get(group) ?? []))].toSorted();
  const provedAt = authTimeS === undefined ? undefined : authTimeS * secondMs;
  return { subject: `${claims.iss} ${claims.sub}`, email, name: name ?? email, roles, provedAt, idToken };
}

function readTrip(
  settings: OidcSettings,
  { ring, cookie, now }: { ring: Keyring; cookie: string | undefined; now: EpochMs },
) {
  const text = cookie === undefined ? undefined : unseal(ring, cookie, tripName(settings));
  const trip = text === undefined ? undefined : Trip.parse(JSON.parse(text));
  return trip && trip.until > now ? trip : undefined;
}

function tripName({ issuer }: OidcSettings) {
  return `oidc:${issuer}`;
}
