import 'server-only';
import { AccessDenied, can } from '../../auth/access.ts';
import { relyingParty } from '../../auth/relying-party.ts';
import type { Staff } from '../../auth/session.ts';
import type { running } from '../../messages/en-running.ts';
import { environment } from '../../server/environment.ts';

export interface RunningSetting {
  readonly id: keyof (typeof running)['settings'];
  readonly variable: string;
  readonly isOn: boolean;
}

/** What this process was started with, as on or off: no value leaves the server. In the order of the variables. */
export function listRunningSettings(staff: Staff): readonly RunningSetting[] {
  if (!can(staff, 'settings', 'flags') && !can(staff, 'settings', 'flags-read'))
    throw new AccessDenied('settings', 'flags');
  const env = environment();
  return [
    { id: 'passkeys', variable: 'APP_ORIGIN', isOn: relyingParty(env.APP_ORIGIN) !== undefined },
    { id: 'testClock', variable: 'FIXED_NOW', isOn: env.APP_ENV === 'test' && env.FIXED_NOW !== undefined },
    { id: 'gateway', variable: 'GATEWAY_URL', isOn: env.GATEWAY_URL !== undefined },
    { id: 'oidc', variable: 'OIDC_ISSUER', isOn: env.OIDC !== undefined },
    { id: 'requireMfa', variable: 'REQUIRE_MFA', isOn: env.REQUIRE_MFA },
    { id: 'temporal', variable: 'TEMPORAL_UI_URL', isOn: env.TEMPORAL_UI_URL !== undefined },
    { id: 'proxies', variable: 'TRUSTED_PROXIES', isOn: env.TRUSTED_PROXIES !== '' },
  ];
}
