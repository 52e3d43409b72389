import { useEffect, useState } from 'react';
import type { ActionResult } from '../../auth/action-result.ts';

/** What an action tells that is asked once, as the dialog opens that shows it; undefined until then. */
export function useTold<T>(ask: () => Promise<ActionResult<T>>): ActionResult<T> | undefined {
  const [told, setTold] = useState<ActionResult<T>>();
  useEffect(() => {
    let isWanted = true;
    void ask()
      .catch(() => ({ ok: false, refusal: 'failed' }) as const)
      .then((result) => isWanted && setTold(result));
    return () => {
      isWanted = false;
    };
    // What is asked does not change while the dialog is open.
  }, []);
  return told;
}
