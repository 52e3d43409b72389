import { PageHead } from '../../../../components/page-head.tsx';
import { messages } from '../../../../messages/en.ts';

export default function Dashboard() {
  return <PageHead title={messages.dashboard.title} purpose={messages.dashboard.purpose} />;
}
