'use client';

import { useEffect, useRef } from 'react';
import type { ComponentProps } from 'react';
import { messages } from '../../messages/en.ts';
import { useSelection } from './selection.tsx';

/** Chooses a row; with Shift all from the row chosen before. */
export function SelectBox({ id, label }: { readonly id: string; readonly label: string }) {
  const { has, toggle } = useSelection();
  const isOn = has(id);
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => box.current?.closest('tr')?.setAttribute('aria-selected', String(isOn)), [isOn]);
  return <RowBox ref={box} label={label} isOn={isOn} onClick={(event) => toggle(id, event.shiftKey)} />;
}

interface RowBoxProps extends Pick<ComponentProps<'input'>, 'ref' | 'onClick'> {
  readonly label: string;
  readonly isOn: boolean;
}

/** Whoever is told of its clicks decides whether it is on. */
export function RowBox({ label, isOn, ...told }: RowBoxProps) {
  return (
    <label className="select-box">
      <input
        {...told}
        type="checkbox"
        data-select=""
        data-row-stop=""
        className="box"
        aria-label={messages.bulk.select(label)}
        checked={isOn}
        readOnly
      />
    </label>
  );
}

/** Chooses all rows of the page, or none of them. */
export function SelectPage() {
  const { has, pageIds, setPage } = useSelection();
  const chosen = pageIds.filter(has).length;
  const isAll = chosen === pageIds.length;
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (box.current) box.current.indeterminate = chosen > 0 && !isAll;
  }, [chosen, isAll]);
  return (
    <label className="select-box">
      <input
        ref={box}
        type="checkbox"
        className="box"
        aria-label={messages.bulk.selectPage}
        checked={isAll}
        onChange={() => setPage(!isAll)}
      />
    </label>
  );
}
