'use client';

import { useState } from 'react';
import type { JobName } from '#domain/jobs';
import { ConfirmDialog } from '../../../../../components/actions/confirm-dialog.tsx';
import { useStaffAction } from '../../../../../components/actions/use-staff-action.ts';
import { jobs } from '../../../../../messages/en-dev-aids.ts';
import { startJob } from './actions.ts';

interface RunJobProps {
  readonly job: JobName;
  /** Without one it is the newest that is due. */
  readonly slot?: string;
  readonly mayRun: boolean;
}

/** Starts a job by hand, with a reason. */
export function RunJob({ job, slot, mayRun }: RunJobProps) {
  const [isOpen, setOpen] = useState(false);
  const { run } = useStaffAction(startJob, ({ slot: told, isAlready }) => ({
    title: isAlready ? jobs.isRunning(job, told) : jobs.started(job, told),
  }));
  const name = `${slot === undefined ? jobs.run : jobs.retry}: ${job}`;
  return (
    <>
      <button
        type="button"
        className="button button-small"
        aria-disabled={!mayRun}
        title={mayRun ? undefined : jobs.mayNot}
        aria-label={name}
        data-palette={name}
        onClick={() => mayRun && setOpen(true)}
      >
        {slot === undefined ? jobs.run : jobs.retry}
      </button>
      {isOpen && (
        <ConfirmDialog
          title={jobs.runTitle(job, slot ?? jobs.newestSlot)}
          text={jobs.runText}
          confirm={slot === undefined ? jobs.run : jobs.retry}
          reason="required"
          onConfirm={({ reason }) => run({ job, slot, reason })}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
