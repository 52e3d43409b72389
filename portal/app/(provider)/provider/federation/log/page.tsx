import { requireAccess } from '../../../../../auth/current-staff.ts';
import { PageHead } from '../../../../../components/page-head.tsx';
import { messages } from '../../../../../messages/en.ts';

export default async function DeliveryLog() {
  await requireAccess('federation');
  return <PageHead title={messages.deliveries.title} purpose={messages.deliveries.purpose} />;
}
