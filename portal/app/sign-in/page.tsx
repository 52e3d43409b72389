import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { currentStaff } from '../../auth/current-staff.ts';
import { Brand } from '../../components/shell/brand.tsx';
import { messages } from '../../messages/en.ts';
import { safeNext } from '../../paths.ts';
import { SignInForm } from './sign-in-form.tsx';

export const metadata: Metadata = { title: messages.signIn.title };

export default async function SignInPage({ searchParams }: PageProps<'/sign-in'>) {
  const { next, problem } = await searchParams;
  const target = safeNext(typeof next === 'string' ? next : undefined);
  if (await currentStaff().catch(() => undefined)) redirect(target);
  return (
    <main className="grid min-h-dvh place-items-center p-4">
      <div className="flex w-full max-w-90 flex-col gap-6">
        <Brand />
        <div className="card flex flex-col gap-5 p-6">
          <div>
            <h1 className="text-title">{messages.signIn.title}</h1>
            <p className="text-fg-2">{messages.signIn.purpose}</p>
          </div>
          <SignInForm next={target} problem={problem === 'refused' ? 'refused' : undefined} />
        </div>
      </div>
    </main>
  );
}
