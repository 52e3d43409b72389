import { CodeBlock } from '../../../../../components/panel/code-block.tsx';
import { JsonText } from '../../../../../components/panel/json-text.tsx';
import { Section } from '../../../../../components/panel/properties.tsx';
import { formatBytes } from '../../../../../format/numbers.ts';
import { CopyButton } from '../../../../../components/copy-button.tsx';
import { environment } from '../../../../../server/environment.ts';
import { messages } from '../../../../../messages/en.ts';
import { curlCommand } from './curl-command.ts';
import type { DeliveryDetail } from '../../../../../services/provider/delivery-detail.ts';

const { delivery } = messages;

export function RequestTab({ detail }: { readonly detail: DeliveryDetail }) {
  const { request } = detail;
  const command = curlCommand(detail, environment().GATEWAY_URL ?? '$GATEWAY_URL');
  const headers = request.headers.map(([name, value]) => `${name}: ${value}`).join('\n');
  return (
    <>
      <Section
        title={delivery.headers}
        aside={
          detail.row.route !== 'event-state' && (
            <CopyButton text={command} what={delivery.curl} label={delivery.copyCurl} />
          )
        }
      >
        {headers ? (
          <CodeBlock label={delivery.headers} text={headers}>
            {request.headers.map(([name, value]) => (
              <span key={name} className="block">
                <span className="text-fg-2">{name}:</span> {value}
              </span>
            ))}
          </CodeBlock>
        ) : (
          <p className="text-fg-2">{delivery.noHeaders}</p>
        )}
      </Section>
      <Body request={request} />
    </>
  );
}

function Body({ request: { body, bodyBytes, isBodyCut } }: Pick<DeliveryDetail, 'request'>) {
  if (body === undefined) {
    return (
      <Section title={delivery.body}>
        <p className="text-fg-2">{delivery.noBody}</p>
      </Section>
    );
  }
  const pretty = prettyOf(body);
  const note = isBodyCut ? delivery.bodyCut(formatBytes(Buffer.byteLength(body))) : undefined;
  return (
    <Section title={delivery.body} aside={<span className="num text-caption text-fg-3">{formatBytes(bodyBytes)}</span>}>
      {pretty !== undefined && (
        <CodeBlock label={delivery.pretty} text={pretty}>
          <JsonText text={pretty} />
        </CodeBlock>
      )}
      <details open={pretty === undefined}>
        <summary className="w-fit rounded-nav text-fg-2 hover:text-fg hover:underline">{delivery.raw}</summary>
        <div className="mt-2">
          <CodeBlock label={delivery.raw} text={body} note={note}>
            {body}
          </CodeBlock>
        </div>
      </details>
    </Section>
  );
}

/** For reading: numbers beyond 2^53 and repeated names are as they were only in the raw text. */
function prettyOf(body: string) {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return undefined;
  }
}
