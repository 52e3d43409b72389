import type { ReactNode } from 'react';
import type { Factors } from '../../../../../auth/factors.ts';
import { StatusBadge } from '../../../../../components/status-badge.tsx';
import { settings } from '../../../../../messages/en-settings.ts';

const copy = settings.security;

export function FactorList({ factors }: { readonly factors: Factors }) {
  const { hasPassword, hasAuthenticator, passkeys, recoveryCodesLeft } = factors;
  return (
    <ul className="flex flex-col pb-2">
      <Factor name={copy.password} isOn={hasPassword} />
      <Factor name={copy.authenticator} isOn={hasAuthenticator} />
      <Factor name={copy.passkeys} isOn={passkeys.length > 0}>
        {passkeys.map(({ name }) => name).join(', ')}
      </Factor>
      <Factor name={copy.recovery} isOn={recoveryCodesLeft > 0}>
        {copy.left(recoveryCodesLeft)}
      </Factor>
    </ul>
  );
}

function Factor({
  name,
  isOn,
  children,
}: {
  readonly name: string;
  readonly isOn: boolean;
  readonly children?: ReactNode;
}) {
  return (
    <li className="flex min-h-10 items-center gap-3 border-t border-line px-4 first:border-t-0">
      <span className="w-40 flex-none font-medium">{name}</span>
      <StatusBadge tone={isOn ? 'ok' : 'plain'} label={isOn ? copy.on : copy.off} />
      <span className="min-w-0 truncate text-fg-2">{isOn && children}</span>
    </li>
  );
}
