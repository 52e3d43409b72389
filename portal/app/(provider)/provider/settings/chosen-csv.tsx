'use client';

import { useSelection } from '../../../../components/bulk/selection.tsx';
import { saveFile } from '../../../../components/bulk/save-file.ts';
import { csvText } from '../../../../components/charts/chart-file.ts';
import { messages } from '../../../../messages/en.ts';

interface ChosenCsvProps {
  readonly heads: readonly string[];
  /** All that the filters have, also of other pages. */
  readonly rows: readonly { readonly id: string; readonly cells: readonly string[] }[];
  readonly fileName: string;
}

/** The chosen rows of a list that is here whole, as a file. They stay chosen. */
export function ChosenCsv({ heads, rows, fileName }: ChosenCsvProps) {
  const { has } = useSelection();
  const save = () => {
    const chosen = rows.filter(({ id }) => has(id)).map(({ cells }) => cells);
    saveFile(`${fileName}.csv`, new Blob([csvText([heads, ...chosen])], { type: 'text/csv' }));
  };
  return (
    <button type="button" className="button button-small" onClick={save}>
      {messages.views.exportChosen}
    </button>
  );
}
