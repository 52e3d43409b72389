import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { currentStaff } from '../../auth/current-staff.ts';
import { messages } from '../../messages/en.ts';
import { safeNext } from '../../paths.ts';
import { proofContext } from '../../server/proof-context.ts';
import { Frame, Or } from './frame.tsx';
import { PasskeyButton } from './passkey-button.tsx';
import { SignInForm } from './sign-in-form.tsx';

export const metadata: Metadata = { title: messages.signIn.title };

export default async function SignInPage({ searchParams }: PageProps<'/sign-in'>) {
  const { next, problem } = await searchParams;
  const target = safeNext(typeof next === 'string' ? next : undefined);
  if (await currentStaff().catch(() => undefined)) redirect(target);
  return (
    <Frame title={messages.signIn.title} purpose={messages.signIn.purpose}>
      <SignInForm next={target} problem={problem === 'refused' ? 'refused' : undefined} />
      {proofContext().party && (
        <>
          <Or text={messages.security.or} />
          <PasskeyButton next={target} label={messages.security.passkeySignIn} />
        </>
      )}
    </Frame>
  );
}
