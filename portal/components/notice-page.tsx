import type { Route } from 'next';
import Link from 'next/link';
import { messages } from '../messages/en.ts';
import { paths } from '../paths.ts';

interface NoticePageProps {
  readonly title: string;
  readonly text: string;
  readonly action?: { readonly href: Route; readonly label: string };
}

/** A whole page that says one thing and where to go from it. */
export function NoticePage({
  title,
  text,
  action = { href: paths.home, label: messages.states.toDashboard },
}: NoticePageProps) {
  return (
    <main className="grid min-h-dvh place-items-center p-4">
      <NoticeText title={title} text={text} action={action} />
    </main>
  );
}

/** The same inside the shell, which has the landmark already. */
export function NoticeText({ title, text, action }: NoticePageProps) {
  return (
    <div className="card m-auto flex w-full max-w-md flex-col items-start gap-4 p-6">
      <div className="flex flex-col gap-1">
        <h1 tabIndex={-1} className="text-title">
          {title}
        </h1>
        <p className="text-fg-2">{text}</p>
      </div>
      {action && (
        <Link href={action.href} className="button">
          {action.label}
        </Link>
      )}
    </div>
  );
}
