import { TimeCell } from '../../../../../components/list/cells.tsx';
import { Code, Properties, Property, Section, Text } from '../../../../../components/panel/properties.tsx';
import { messages } from '../../../../../messages/en.ts';
import { codeWords } from '../../../../../format/code-words.ts';
import { payments } from '../../../../../messages/en-billing.ts';
import type { PaymentRow } from '../../../../../services/provider/billing-payments.ts';
import { methodOf, PaidInvoice, TriggerCell } from './columns.tsx';

const { columns } = payments;

export function PaymentPanel({ payment, zone }: { readonly payment: PaymentRow; readonly zone: string }) {
  return (
    <Section title={messages.lists.properties}>
      <Properties>
        <Property name={messages.lists.id} copied={payment.ref}>
          <Code>{payment.ref}</Code>
        </Property>
        <Property name={messages.lists.organisation} copied={payment.org.id}>
          <bdi>{payment.org.name}</bdi>
        </Property>
        <Property name={columns.invoice}>
          <PaidInvoice payment={payment} />
        </Property>
        <Property name={columns.method}>{methodOf(payment)}</Property>
        <Property name={columns.trigger}>
          <TriggerCell trigger={payment.trigger} />
        </Property>
        <Property name={columns.reason}>
          <Text text={payment.failure && codeWords(payment.failure)} />
        </Property>
        <Property name={columns.at}>
          <TimeCell at={payment.key.at} zone={zone} style="second" />
        </Property>
      </Properties>
    </Section>
  );
}
