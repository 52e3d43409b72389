import { useEffect, useState } from 'react';
import type { ActionResult } from '../../../../auth/action-result.ts';
import type { OrderPreview, PreviewAsked } from '../../../../services/provider/subscription-orders.ts';
import { previewSubscription } from './actions.ts';

const pauseMs = 250;

/** What a change would come to, once nobody types any more; undefined while that is worked out, or nothing can be. */
export function usePreview(asked: PreviewAsked | undefined): ActionResult<OrderPreview> | undefined {
  const key = asked && JSON.stringify(asked);
  const [shown, setShown] = useState<{ readonly key: string; readonly result: ActionResult<OrderPreview> }>();
  useEffect(() => {
    if (!asked || key === undefined) return undefined;
    let isCurrent = true;
    const show = (result: ActionResult<OrderPreview>) => isCurrent && setShown({ key, result });
    const timer = setTimeout(
      () => void previewSubscription(asked).then(show, () => show({ ok: false, refusal: 'failed' })),
      pauseMs,
    );
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
    // What is asked is told whole by its key.
  }, [key]);
  return shown !== undefined && shown.key === key ? shown.result : undefined;
}
