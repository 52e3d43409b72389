import type { Links } from '../../../../components/list/list-view.ts';
import { MoneyCell, TimeCell } from '../../../../components/list/cells.tsx';
import { EntitySections } from '../../../../components/panel/entity-sections.tsx';
import { Code, Properties, Property, Section, Text } from '../../../../components/panel/properties.tsx';
import { formatDecimalText } from '../../../../format/numbers.ts';
import { formatDuration } from '../../../../format/times.ts';
import { messages } from '../../../../messages/en.ts';
import { ai } from '../../../../messages/en-ai.ts';
import type { AiUse } from '../../../../services/provider/ai.service.ts';
import type { EntityDetail } from '../../../../services/provider/entity-detail.ts';
import { tokensOf } from './columns.tsx';

const { columns } = ai;

interface AiPanelProps {
  readonly use: AiUse & { readonly entity: EntityDetail };
  readonly zone: string;
  readonly links: Links;
}

export function AiPanel({ use, zone, links }: AiPanelProps) {
  return (
    <>
      <Section title={messages.lists.properties}>
        <Properties>
          <Property name={messages.lists.id} copied={use.id}>
            <Code>{use.id}</Code>
          </Property>
          <Property name={messages.lists.organisation} copied={use.org.id}>
            <bdi>{use.org.name}</bdi>
          </Property>
          <Property name={columns.feature}>
            <Text text={use.feature} />
          </Property>
          <Property name={columns.model}>
            <Text text={use.model} />
          </Property>
          <Property name={columns.tokens}>
            <span className="num">{tokensOf(use)}</span>
          </Property>
          <Property name={columns.credits}>
            <span className="num">{formatDecimalText(use.credits)}</span>
          </Property>
          <Property name={columns.cost}>
            <MoneyCell minor={use.costMinor} currency={use.currency} />
          </Property>
          <Property name={columns.latency}>{formatDuration(use.latencyMs)}</Property>
          <Property name={columns.outcome}>
            <Text text={use.outcome} />
          </Property>
          <Property name={columns.requestId} copied={use.requestId}>
            <Text text={use.requestId} />
          </Property>
          <Property name={columns.cap}>{use.isOverCap ? ai.caps.over : ai.caps.within}</Property>
          <Property name={columns.used}>
            <TimeCell at={use.key.at} zone={zone} />
          </Property>
        </Properties>
      </Section>
      <EntitySections detail={use.entity} zone={zone} orgId={use.org.id} subject={`ai_usage/${use.id}`} links={links} />
    </>
  );
}
