import { signingCommand } from '#domain/signing-command';
import { Card } from '../../../../components/card.tsx';
import { CodeBlock } from '../../../../components/panel/code-block.tsx';
import { evaluations } from '../../../../messages/en-dev-aids.ts';
import { environment } from '../../../../server/environment.ts';

const body = `'{"type":"evaluation.completed","tenantId":"'$tenant'","occurredAt":"'$(date -u +%Y-%m-%dT%H:%M:%SZ)'","data":{
  "runId":"run-'$nonce'","suite":"answers","commit":"4f2a9c1","model":"small","passed":19,"failed":1,
  "cases":[{"name":"refund of a part","passed":false,"detail":"{\\"expected\\":\\"a part\\",\\"actual\\":\\"all of it\\",\\"reason\\":\\"took the whole amount\\"}"}],
  "meta":{"branch":"main","costMinor":42,"currency":"EUR","durationMs":81000,"latencyMs":1900}}}'`;

/** The exact command with which CI sends its first run. */
export function FirstRun() {
  const command = signingCommand({
    url: environment().GATEWAY_URL ?? 'https://YOUR_GATEWAY',
    target: '/api/federation/events',
    keyId: 'YOUR_KEY_ID',
    secret: 'YOUR_SECRET',
    tenant: 'YOUR_TENANT',
    body,
  });
  return (
    <Card title={evaluations.firstRun}>
      <div className="px-4 pb-4">
        <p className="mb-3 max-w-[80ch] text-fg-2">{evaluations.firstRunText}</p>
        <CodeBlock label={evaluations.firstRun} text={command}>
          {command}
        </CodeBlock>
      </div>
    </Card>
  );
}
