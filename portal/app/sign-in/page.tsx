import { Building2 } from 'lucide-react';
import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { currentStaff } from '../../auth/current-staff.ts';
import { messages } from '../../messages/en.ts';
import { paths, safeNext } from '../../paths.ts';
import { environment } from '../../server/environment.ts';
import { proofContext } from '../../server/proof-context.ts';
import { Frame, Or } from './frame.tsx';
import { PasskeyButton } from './passkey-button.tsx';
import { Problem } from './problem.tsx';
import { SignInForm } from './sign-in-form.tsx';

export const metadata: Metadata = { title: messages.signIn.title };

export default async function SignInPage({ searchParams }: PageProps<'/sign-in'>) {
  const { next, problem } = await searchParams;
  const target = safeNext(typeof next === 'string' ? next : undefined);
  if (await currentStaff().catch(() => undefined)) redirect(target);
  const { party } = proofContext();
  const { OIDC } = environment();
  return (
    <Frame title={messages.signIn.title} purpose={messages.signIn.purpose}>
      {(problem === 'oidc' || problem === 'oidc_away') && <Problem text={messages.security.oidcProblems[problem]} />}
      <SignInForm next={target} problem={problem === 'refused' ? 'refused' : undefined} />
      {(party || OIDC) && <Or text={messages.security.or} />}
      {party && <PasskeyButton next={target} label={messages.security.passkeySignIn} />}
      {OIDC && (
        // A route that leaves for elsewhere: no page to be fetched ahead.
        <a href={`${paths.oidcSignIn}?next=${encodeURIComponent(target)}`} className="button">
          <Building2 size={16} strokeWidth={1.75} aria-hidden="true" className="text-fg-2" />
          {messages.security.oidcSignIn}
        </a>
      )}
    </Frame>
  );
}
