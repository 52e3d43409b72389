import { NoticePage } from '../components/notice-page.tsx';
import { messages } from '../messages/en.ts';

export default function NotFound() {
  return <NoticePage title={messages.states.notFound} text={messages.states.notFoundHint} />;
}
