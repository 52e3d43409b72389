import type { Metadata } from 'next';
import Link from 'next/link';
import { redirect } from 'next/navigation';
import { currentStaff, pendingSession } from '../../../auth/current-staff.ts';
import { readFactors } from '../../../auth/factors.ts';
import { messages } from '../../../messages/en.ts';
import { paths, safeNext, secondStepPath, signInPath } from '../../../paths.ts';
import { proofContext } from '../../../server/proof-context.ts';
import { Frame } from '../frame.tsx';
import { PasskeyButton } from '../passkey-button.tsx';
import { CodeForm } from './code-form.tsx';

const copy = messages.security.secondStep;

export const metadata: Metadata = { title: copy.title };

export default async function SecondStepPage({ searchParams }: PageProps<'/sign-in/second-step'>) {
  const { next, problem, with: chosen } = await searchParams;
  const target = safeNext(typeof next === 'string' ? next : undefined);
  if (await currentStaff()) redirect(target);
  const pending = await pendingSession();
  if (!pending) redirect(signInPath(target));
  const { db, party } = proofContext();
  const { hasAuthenticator, passkeys } = await readFactors(db, pending.id);
  const isRecovery = chosen === 'recovery';
  const hasPasskeys = party !== undefined && passkeys.length > 0;
  return (
    <Frame title={copy.title} purpose={copy.purpose(pending.email)}>
      {hasPasskeys && !isRecovery && <PasskeyButton next={target} label={copy.usePasskey} />}
      {(hasAuthenticator || isRecovery) && (
        <CodeForm
          key={isRecovery ? 'recovery' : 'code'}
          kind={isRecovery ? 'recovery' : 'code'}
          next={target}
          problem={problem === 'refused' ? 'refused' : undefined}
        />
      )}
      <div className="flex flex-wrap items-center justify-between gap-2 border-t border-line pt-4">
        <Link
          href={secondStepPath(target, isRecovery ? undefined : 'recovery')}
          className="text-accent-text hover:underline"
        >
          {isRecovery ? copy.useOther : copy.useRecovery}
        </Link>
        <form action={paths.signOut} method="post">
          <button type="submit" className="text-fg-2 hover:text-fg hover:underline">
            {copy.startOver}
          </button>
        </form>
      </div>
    </Frame>
  );
}
