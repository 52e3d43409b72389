import { NoticePage } from '../components/notice-page.tsx';
import { messages } from '../messages/en.ts';
import { paths } from '../paths.ts';

export default function Unauthorized() {
  return (
    <NoticePage
      title={messages.states.unauthorized}
      text={messages.signIn.purpose}
      action={{ href: paths.signIn, label: messages.signIn.title }}
    />
  );
}
