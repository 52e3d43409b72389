import type { ReactNode } from 'react';
import type { Factors } from '../../../../../auth/factors.ts';
import { StatusBadge } from '../../../../../components/status-badge.tsx';
import { Time } from '../../../../../components/time.tsx';
import { settings } from '../../../../../messages/en-settings.ts';
import { AppFactor } from './app-factor.tsx';
import { PasskeyFactor, RemovePasskey } from './passkey-factor.tsx';
import { RecoveryFactor } from './recovery-factor.tsx';

const copy = settings.security;

interface FactorListProps {
  readonly factors: Factors;
  readonly canAddPasskeys: boolean;
  readonly zone: string;
  /** Where the member is now: a name for a passkey that is made here. */
  readonly device: string | undefined;
}

export function FactorList({ factors, canAddPasskeys, zone, device }: FactorListProps) {
  const { hasPassword, hasAuthenticator, passkeys, recoveryCodesLeft } = factors;
  const hasFactor = hasAuthenticator || passkeys.length > 0;
  return (
    <ul className="flex flex-col">
      <Factor
        name={copy.password}
        hint={hasPassword ? copy.passwordHint : copy.passwordNone}
        state={hasPassword ? copy.passwordSet : copy.none}
        isOn={hasPassword}
      />
      <Factor
        name={copy.authenticator}
        hint={copy.authenticatorHint}
        state={hasAuthenticator ? copy.on : copy.off}
        isOn={hasAuthenticator}
        action={<AppFactor isOn={hasAuthenticator} />}
      />
      <Factor
        name={copy.passkeys}
        hint={canAddPasskeys ? copy.passkeysHint : copy.passkeysAddress}
        state={passkeys.length > 0 ? copy.count(passkeys.length) : copy.none}
        isOn={passkeys.length > 0}
        action={canAddPasskeys && <PasskeyFactor suggestion={device ?? copy.passkeyNamed} />}
      >
        {passkeys.map(({ id, name, createdAt, lastUsedAt }) => (
          <p key={id} className="text-caption text-fg-2">
            <bdi className="font-medium text-fg">{name}</bdi>
            {' · '}
            {copy.addedOn} <Time at={createdAt} zone={zone} style="day" />
            {' · '}
            {lastUsedAt === undefined ? (
              copy.neverUsed
            ) : (
              <>
                {copy.usedOn} <Time at={lastUsedAt} zone={zone} style="minute" />
              </>
            )}{' '}
            <RemovePasskey id={id} name={name} />
          </p>
        ))}
      </Factor>
      <Factor
        name={copy.recovery}
        hint={hasFactor ? copy.recoveryHint : copy.recoveryNone}
        state={hasFactor ? copy.left(recoveryCodesLeft) : copy.none}
        isOn={recoveryCodesLeft > 0}
        action={hasFactor && <RecoveryFactor />}
      />
    </ul>
  );
}

interface FactorProps {
  readonly name: string;
  readonly hint: string;
  readonly state: string;
  readonly isOn: boolean;
  readonly action?: ReactNode;
  readonly children?: ReactNode;
}

function Factor({ name, hint, state, isOn, action, children }: FactorProps) {
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line px-4 py-3">
      <div className="flex min-w-0 flex-1 basis-64 flex-col gap-0.5">
        <span className="flex items-center gap-2 font-medium">
          {name}
          <StatusBadge tone={isOn ? 'ok' : 'plain'} label={state} />
        </span>
        <span className="text-caption text-fg-2">{hint}</span>
        {children}
      </div>
      {action}
    </li>
  );
}
