import { Field } from './confirm-dialog.tsx';

interface TypedFieldProps {
  readonly label: string;
  readonly error: string | undefined;
  readonly value: string;
  readonly onType: (value: string) => void;
}

/** A number as it is typed: whoever asks for it reads it. */
export function NumberField({
  label,
  error,
  value,
  onType,
  placeholder,
}: TypedFieldProps & { readonly placeholder?: string }) {
  return (
    <Field label={label} error={error}>
      {(field) => (
        <input
          {...field}
          className="field num"
          inputMode="decimal"
          autoComplete="off"
          placeholder={placeholder}
          value={value}
          onChange={(event) => onType(event.target.value)}
        />
      )}
    </Field>
  );
}

/** A day, as YYYY-MM-DD. */
export function DayField({ label, error, value, onType }: TypedFieldProps) {
  return (
    <Field label={label} error={error}>
      {(field) => (
        <input
          {...field}
          type="date"
          className="field num"
          value={value}
          onChange={(event) => onType(event.target.value)}
        />
      )}
    </Field>
  );
}
