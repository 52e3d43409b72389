import { CodeBlock } from '../../../../../components/panel/code-block.tsx';
import { JsonText } from '../../../../../components/panel/json-text.tsx';
import { Code, Properties, Property, Section } from '../../../../../components/panel/properties.tsx';
import { messages } from '../../../../../messages/en.ts';
import type { DeliveryDetail } from '../../../../../services/provider/delivery-detail.ts';

const { delivery } = messages;

export function ResponseTab({ detail: { response, row, issues } }: { readonly detail: DeliveryDetail }) {
  const body = JSON.stringify(response.body, null, 2);
  return (
    <>
      <Properties>
        <Property name={delivery.status}>
          <span className="num">{response.status}</span>{' '}
          {row.result === 'refused' && row.code !== undefined && <Code>{row.code}</Code>}
        </Property>
      </Properties>
      {issues.length > 0 && (
        <Section title={delivery.issues}>
          <ul
            className="flex max-h-80 flex-col overflow-y-auto rounded-control border border-line"
            tabIndex={0}
            aria-label={delivery.issues}
          >
            {issues.map(({ path, message }, index) => (
              <li key={index} className="flex flex-col border-b border-line px-3 py-2 last:border-b-0">
                <Code>{path || '/'}</Code>
                <span className="text-fg-2 [overflow-wrap:anywhere]">{message}</span>
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Section title={delivery.body}>
        <CodeBlock
          label={delivery.body}
          text={body}
          note={row.result === 'replayed' ? delivery.storedAnswer : undefined}
        >
          <JsonText text={body} />
        </CodeBlock>
      </Section>
    </>
  );
}
