'use client';

import { useState } from 'react';
import { ConfirmDialog, Field } from '../../../../../../components/actions/confirm-dialog.tsx';
import { useStaffAction } from '../../../../../../components/actions/use-staff-action.ts';
import { typedAbove } from '../../../../../../components/bulk/bulk-action.tsx';
import { formatCount } from '../../../../../../format/numbers.ts';
import { replays } from '../../../../../../messages/en-replays.ts';
import type { ReplayStatus } from '../../../../../../services/provider/federation-replay-list.ts';
import { cancelReplayAction, confirmReplayAction, paceReplayAction, resumeReplayAction } from '../actions.ts';

interface RunControlsProps {
  readonly runId: string;
  readonly status: ReplayStatus;
  readonly eligible: number;
  readonly ratePerS: number;
  readonly isStill: boolean;
  readonly isCancelAsked: boolean;
  /** What the plan comes to, a line each. */
  readonly preview: readonly string[];
}

const rateMax = 200;

export function RunControls(props: RunControlsProps) {
  const { runId, status, eligible, ratePerS, isStill, isCancelAsked } = props;
  const [open, setOpen] = useState<'confirm' | 'cancel'>();
  const resume = useStaffAction(resumeReplayAction, () => ({ title: replays.resumed }));
  const isOpen = status === 'planning' || status === 'running';
  const isEmpty = eligible === 0;
  return (
    <div className="flex flex-wrap items-end gap-2">
      {status === 'running' && <Pace runId={runId} ratePerS={ratePerS} />}
      {isStill && (
        <button
          type="button"
          data-palette=""
          className="button button-small"
          onClick={() => void resume.run({ runId })}
        >
          {replays.resume}
        </button>
      )}
      {isOpen && !isCancelAsked && (
        <button type="button" data-palette="" className="button button-small" onClick={() => setOpen('cancel')}>
          {replays.cancel.action}
        </button>
      )}
      {status === 'planned' && (
        <button
          type="button"
          data-palette=""
          className="button button-small button-primary"
          aria-disabled={isEmpty}
          title={isEmpty ? replays.confirm.nothing : undefined}
          onClick={() => isEmpty || setOpen('confirm')}
        >
          {replays.confirm.action}
        </button>
      )}
      {open === 'confirm' && <ConfirmRun {...props} onClose={() => setOpen(undefined)} />}
      {open === 'cancel' && <CancelRun runId={runId} onClose={() => setOpen(undefined)} />}
    </div>
  );
}

interface Closable {
  readonly onClose: () => void;
}

function ConfirmRun({ runId, eligible, ratePerS, preview, onClose }: RunControlsProps & Closable) {
  const [rate, setRate] = useState(String(ratePerS));
  const { run } = useStaffAction(confirmReplayAction);
  const isWrong = !isRate(rate);
  const { confirm } = replays;
  return (
    <ConfirmDialog
      title={confirm.title(formatCount(eligible))}
      text={confirm.text}
      confirm={confirm.confirm}
      reason="required"
      typed={eligible > typedAbove ? String(eligible) : undefined}
      blocked={isWrong ? replays.rateWrong : undefined}
      onConfirm={({ reason }) => run({ runId, reason, ratePerS: Number(rate), seen: eligible })}
      onClose={onClose}
    >
      <ul className="flex flex-col gap-1 rounded-control border border-line bg-sunken p-3">
        {preview.map((line) => (
          <li key={line} className="num wrap-anywhere">
            {line}
          </li>
        ))}
      </ul>
      <RateField rate={rate} onChange={setRate} error={isWrong ? replays.rateWrong : undefined} />
    </ConfirmDialog>
  );
}

function CancelRun({ runId, onClose }: { readonly runId: string } & Closable) {
  const { run } = useStaffAction(cancelReplayAction);
  return (
    <ConfirmDialog
      title={replays.cancel.title}
      text={replays.cancel.text}
      confirm={replays.cancel.confirm}
      keep={replays.cancel.keep}
      isBad
      onConfirm={() => run({ runId })}
      onClose={onClose}
    />
  );
}

/** The pace of a run that goes on. */
function Pace({ runId, ratePerS }: { readonly runId: string; readonly ratePerS: number }) {
  const [rate, setRate] = useState(String(ratePerS));
  const { run } = useStaffAction(paceReplayAction, () => ({ title: replays.paced }));
  const isWrong = !isRate(rate);
  return (
    <form
      noValidate
      className="flex items-end gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isWrong) void run({ runId, ratePerS: Number(rate) });
      }}
    >
      <RateField rate={rate} onChange={setRate} error={isWrong ? replays.rateWrong : undefined} />
      <button type="submit" className="button button-small" aria-disabled={isWrong}>
        {replays.setRate}
      </button>
    </form>
  );
}

interface RateFieldProps {
  readonly rate: string;
  readonly error: string | undefined;
  readonly onChange: (rate: string) => void;
}

function RateField({ rate, error, onChange }: RateFieldProps) {
  return (
    <Field label={replays.rate} error={error}>
      {(field) => (
        <input
          {...field}
          inputMode="numeric"
          className="field field-small w-28"
          value={rate}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

function isRate(text: string): boolean {
  return /^[1-9]\d{0,2}$/.test(text) && Number(text) <= rateMax;
}
