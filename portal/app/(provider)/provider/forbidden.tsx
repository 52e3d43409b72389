import { headers } from 'next/headers';
import { rolesWith } from '../../../auth/access.ts';
import { currentStaff } from '../../../auth/current-staff.ts';
import { NoticeText } from '../../../components/notice-page.tsx';
import { messages } from '../../../messages/en.ts';
import { pathHeader, paths } from '../../../paths.ts';
import { pageOfPath } from '../../../provider-nav.ts';

export default async function Forbidden() {
  const page = pageOfPath((await headers()).get(pathHeader) ?? '');
  const name = page ? messages.pages[page] : messages.forbidden.somePage;
  const roles = ((await currentStaff())?.roles ?? []).map((role) => messages.roles[role].toLowerCase());
  const granting = page ? rolesWith(page).map((role) => messages.roles[role].toLowerCase()) : [];
  const text = [
    messages.forbidden.roles(roles, name),
    ...(granting.length > 0 ? [messages.forbidden.ask(granting)] : []),
  ].join(' ');
  return (
    <NoticeText
      title={messages.forbidden.title(name)}
      text={text}
      action={{ href: paths.home, label: messages.states.toDashboard }}
    />
  );
}
