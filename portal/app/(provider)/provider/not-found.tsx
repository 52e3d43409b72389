import { NoticeText } from '../../../components/notice-page.tsx';
import { messages } from '../../../messages/en.ts';
import { paths } from '../../../paths.ts';

export default function NotFound() {
  return (
    <NoticeText
      title={messages.states.notFound}
      text={messages.states.notFoundHint}
      action={{ href: paths.home, label: messages.states.toDashboard }}
    />
  );
}
