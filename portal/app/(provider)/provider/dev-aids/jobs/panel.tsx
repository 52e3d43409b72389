import { TimeCell } from '../../../../../components/list/cells.tsx';
import { AuditEntriesLink } from '../../../../../components/panel/audit-entries-link.tsx';
import { Code, Properties, Property, Section } from '../../../../../components/panel/properties.tsx';
import { Time } from '../../../../../components/time.tsx';
import { formatCount, nothing } from '../../../../../format/numbers.ts';
import { jobs } from '../../../../../messages/en-dev-aids.ts';
import { messages } from '../../../../../messages/en.ts';
import type { JobSlotDetail } from '../../../../../services/provider/jobs.service.ts';
import { didOf, SlotBadge } from './columns.tsx';

const { columns } = jobs;

/** As Temporal has it. */
export interface JobRun {
  readonly id: string;
  readonly href: string | undefined;
}

interface JobPanelProps {
  readonly slot: JobSlotDetail;
  readonly zone: string;
  readonly run: JobRun;
}

export function JobPanel({ slot, zone, run }: JobPanelProps) {
  return (
    <>
      <Section title={messages.lists.properties}>
        <Properties>
          <Property name={columns.job}>{slot.job}</Property>
          <Property name={columns.slot} copied={slot.slot}>
            <Code>{slot.slot}</Code>
          </Property>
          <Property name={columns.status}>
            <SlotBadge status={slot.status} />
          </Property>
          <Property name={columns.started}>
            <Time at={slot.startedAt} zone={zone} hasZone />
          </Property>
          <Property name={columns.finished}>
            <TimeCell at={slot.finishedAt} zone={zone} style="second" />
          </Property>
          <Property name={columns.did}>{didOf(slot)}</Property>
          {run.href !== undefined && (
            <Property name={jobs.inTemporal}>
              <a href={run.href} rel="noreferrer noopener" target="_blank" className="text-accent-text hover:underline">
                {run.id}
              </a>
            </Property>
          )}
        </Properties>
      </Section>
      <Failures slot={slot} />
      <Runs slot={slot} zone={zone} />
      <Section title={messages.lists.related}>
        <AuditEntriesLink entity={`${slot.job}/${slot.slot}`} />
      </Section>
    </>
  );
}

function Failures({ slot }: Pick<JobPanelProps, 'slot'>) {
  return (
    <Section title={jobs.failures}>
      {slot.failures.length === 0 && <p className="text-fg-2">{jobs.noFailures}</p>}
      <ul className="flex flex-col">
        {slot.failures.map(({ org, name, code }) => (
          <li key={org} className="flex min-h-8 items-center gap-3 border-b border-line last:border-b-0">
            <bdi className="min-w-0 flex-1 truncate" title={org}>
              {name}
            </bdi>
            <code className="font-mono text-code text-bad-text">{code}</code>
          </li>
        ))}
      </ul>
      {slot.failures.length < slot.failedOrgs && <p className="num text-fg-2">{formatCount(slot.failedOrgs)}</p>}
    </Section>
  );
}

function Runs({ slot, zone }: Pick<JobPanelProps, 'slot' | 'zone'>) {
  return (
    <Section title={jobs.runs}>
      <ul className="flex flex-col">
        {slot.runs.map((run) => (
          <li
            key={run.holder}
            className="flex min-h-8 flex-wrap items-center gap-x-3 border-b border-line last:border-b-0"
          >
            <Time at={run.startedAt} zone={zone} />
            <span>{run.outcome ?? nothing}</span>
            <code className="ml-auto min-w-0 truncate font-mono text-code text-fg-2" title={run.holder}>
              {run.holder}
            </code>
          </li>
        ))}
      </ul>
    </Section>
  );
}
