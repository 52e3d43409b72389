'use client';

import { useId, useState } from 'react';
import { orgIdPattern } from '#domain/ids';
import { ConfirmDialog, Field } from '../../../../components/actions/confirm-dialog.tsx';
import { useStaffAction } from '../../../../components/actions/use-staff-action.ts';
import { orgTextMax, useFoundOrgs } from '../../../../components/filters/use-found-orgs.ts';
import { parseDay } from '../../../../lists/zones.ts';
import { keys } from '../../../../messages/en-keys.ts';
import { createKeyAction } from './actions.ts';
import type { ShownSecret } from './secret-dialog.tsx';

interface CreateKeyDialogProps {
  readonly onIssued: (secret: ShownSecret) => void;
  readonly onClose: () => void;
}

interface Draft {
  readonly tenantId: string;
  readonly name: string;
  readonly scopes: readonly ('events' | 'usage')[];
  readonly lastDay: string;
  readonly rate: string;
  readonly burst: string;
}

const words = keys.create;
const fresh: Draft = { tenantId: '', name: '', scopes: ['events', 'usage'], lastDay: '', rate: '100', burst: '200' };
const whole = /^[1-9]\d{0,3}$|^10000$/;

export function CreateKeyDialog({ onIssued, onClose }: CreateKeyDialogProps) {
  const [draft, setDraft] = useState(fresh);
  const [hasTried, setTried] = useState(false);
  const { run } = useStaffAction(createKeyAction, (issued) => {
    onIssued({ ...issued, isRotated: false });
    return undefined;
  });
  const wrong = problemsOf(draft);
  const confirm = async () => {
    setTried(true);
    if (Object.values(wrong).some((one) => one !== undefined)) return false;
    const { lastDay, rate, burst, scopes, tenantId, name } = draft;
    const expiry = lastDay === '' ? {} : { lastDay };
    return run({
      tenantId: tenantId.trim(),
      name,
      scopes: [...scopes],
      ratePerS: Number(rate),
      burst: Number(burst),
      ...expiry,
    });
  };
  return (
    <ConfirmDialog title={words.title} text={words.text} confirm={words.confirm} onConfirm={confirm} onClose={onClose}>
      <Fields draft={draft} wrong={hasTried ? wrong : {}} onChange={(more) => setDraft({ ...draft, ...more })} />
    </ConfirmDialog>
  );
}

type Problems = { readonly [K in keyof Draft]?: string | undefined };

function problemsOf({ tenantId, scopes, lastDay, rate, burst }: Draft): Problems {
  return {
    tenantId: orgIdPattern.test(tenantId.trim()) ? undefined : words.tenantWrong,
    scopes: scopes.length > 0 ? undefined : words.scopesMissing,
    lastDay: lastDay === '' || parseDay(lastDay) ? undefined : words.lastDayWrong,
    rate: whole.test(rate) ? undefined : words.rateWrong,
    burst: whole.test(burst) ? undefined : words.rateWrong,
  };
}

interface FieldsProps {
  readonly draft: Draft;
  readonly wrong: Problems;
  readonly onChange: (more: Partial<Draft>) => void;
}

function Fields({ draft, wrong, onChange }: FieldsProps) {
  const listId = useId();
  const typed = draft.tenantId.trim();
  const { orgs, ...looked } = useFoundOrgs('federation', typed.slice(0, orgTextMax));
  const isLooked = looked.text === typed && !looked.hasFailed;
  const isNew = isLooked && orgIdPattern.test(typed) && !orgs.some(({ id }) => id === typed);
  return (
    <>
      <Field label={words.tenant} error={wrong.tenantId}>
        {(field) => (
          <>
            <input
              {...field}
              className="field"
              list={listId}
              autoComplete="off"
              spellCheck={false}
              value={draft.tenantId}
              onChange={(event) => onChange({ tenantId: event.target.value })}
            />
            <datalist id={listId}>
              {orgs.map(({ id, name }) => (
                <option key={id} value={id} label={name} />
              ))}
            </datalist>
            <p className="text-caption text-fg-3">{isNew ? words.tenantNew : words.tenantHint}</p>
          </>
        )}
      </Field>
      <TextField label={words.name} hint={words.nameHint} value={draft.name} onChange={(name) => onChange({ name })} />
      <Scopes draft={draft} error={wrong.scopes} onChange={onChange} />
      <div className="grid gap-4 sm:grid-cols-3">
        <TextField
          label={words.lastDay}
          hint={words.lastDayHint}
          type="date"
          error={wrong.lastDay}
          value={draft.lastDay}
          onChange={(lastDay) => onChange({ lastDay })}
        />
        <TextField label={words.rate} error={wrong.rate} value={draft.rate} onChange={(rate) => onChange({ rate })} />
        <TextField
          label={words.burst}
          error={wrong.burst}
          value={draft.burst}
          onChange={(burst) => onChange({ burst })}
        />
      </div>
    </>
  );
}

function Scopes({
  draft,
  error,
  onChange,
}: Pick<FieldsProps, 'draft' | 'onChange'> & { readonly error: string | undefined }) {
  const toggle = (scope: 'events' | 'usage') => {
    const { scopes } = draft;
    onChange({ scopes: scopes.includes(scope) ? scopes.filter((one) => one !== scope) : [...scopes, scope] });
  };
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="font-medium">{words.scopes}</legend>
      <div className="flex gap-5">
        {(['events', 'usage'] as const).map((scope) => (
          <label key={scope} className="flex h-8 items-center gap-2">
            <input
              type="checkbox"
              className="box"
              checked={draft.scopes.includes(scope)}
              onChange={() => toggle(scope)}
            />
            {keys.scopeNames[scope]}
          </label>
        ))}
      </div>
      {error !== undefined && <p className="text-caption text-bad-text">{error}</p>}
    </fieldset>
  );
}

interface TextFieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly error?: string | undefined;
  readonly type?: 'text' | 'date';
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function TextField({ label, hint, error, type = 'text', value, onChange }: TextFieldProps) {
  return (
    <Field label={label} error={error}>
      {(field) => (
        <>
          <input
            {...field}
            type={type}
            className="field"
            maxLength={128}
            autoComplete="off"
            value={value}
            onChange={(event) => onChange(event.target.value)}
          />
          {hint !== undefined && <p className="text-caption text-fg-3">{hint}</p>}
        </>
      )}
    </Field>
  );
}
