import type { Links } from '../../../../components/list/list-view.ts';
import { MoneyCell, TimeCell } from '../../../../components/list/cells.tsx';
import { EntitySections } from '../../../../components/panel/entity-sections.tsx';
import { Code, Properties, Property, Section, Text } from '../../../../components/panel/properties.tsx';
import { formatCount } from '../../../../format/numbers.ts';
import { formatDuration } from '../../../../format/times.ts';
import { messages } from '../../../../messages/en.ts';
import { evaluations } from '../../../../messages/en-dev-aids.ts';
import type { EvaluationDetail } from '../../../../services/provider/evaluation-detail.ts';
import { Cases } from './cases.tsx';
import { Points, startedAt } from './columns.tsx';
import { pointsOf, shareOf } from './kpis.ts';

const { columns } = evaluations;

interface EvaluationPanelProps {
  readonly run: EvaluationDetail;
  readonly zone: string;
  readonly links: Links;
}

export function EvaluationPanel({ run, zone, links }: EvaluationPanelProps) {
  return (
    <>
      <Told run={run} zone={zone} />
      <Cases cases={run.cases} />
      <EntitySections
        detail={run.entity}
        zone={zone}
        orgId={run.org.id}
        subject={`evaluation/${run.id}`}
        links={links}
      />
    </>
  );
}

function Told({ run, zone }: Pick<EvaluationPanelProps, 'run' | 'zone'>) {
  return (
    <Section title={messages.lists.properties}>
      <Properties>
        <Property name={columns.run} copied={run.id}>
          <Code>{run.id}</Code>
        </Property>
        <Property name={messages.lists.organisation} copied={run.org.id}>
          <bdi>{run.org.name}</bdi>
        </Property>
        <Property name={columns.suite}>
          <Text text={run.suite} />
        </Property>
        <Property name={columns.branch}>
          <Text text={run.branch} />
        </Property>
        <Property name={columns.commit} copied={run.commit}>
          <Text text={run.commit} />
        </Property>
        <Property name={columns.model}>
          <Text text={run.model} />
        </Property>
        <Outcome run={run} zone={zone} />
      </Properties>
    </Section>
  );
}

function Outcome({ run, zone }: Pick<EvaluationPanelProps, 'run' | 'zone'>) {
  return (
    <>
      <Property name={columns.passed}>
        <span className="num">
          {formatCount(run.passed)} / {formatCount(run.passed + run.failed)} ({shareOf(run)})
        </span>
      </Property>
      <Property name={columns.change}>
        <Points points={pointsOf(run)} />
      </Property>
      <Property name={columns.before} copied={run.before?.id}>
        <Text text={run.before?.id} />
      </Property>
      <Property name={columns.cost}>
        <MoneyCell minor={run.costMinor} currency={run.currency} />
      </Property>
      <Property name={columns.duration}>{formatDuration(run.durationMs)}</Property>
      <Property name={columns.latency}>{formatDuration(run.latencyMs)}</Property>
      <Property name={columns.started}>
        <TimeCell at={startedAt(run)} zone={zone} />
      </Property>
      <Property name={columns.completed}>
        <TimeCell at={run.completedAt} zone={zone} />
      </Property>
      {run.url !== undefined && (
        <Property name={columns.report}>
          <a href={run.url} rel="noreferrer noopener" target="_blank" className="text-accent-text hover:underline">
            {run.url}
          </a>
        </Property>
      )}
    </>
  );
}
