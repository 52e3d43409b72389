import { useEffect, useState } from 'react';
import type { PageId } from '../../auth/access.ts';
import { findOrgsOf } from '../../lists/find-orgs.ts';
import type { FoundOrgs } from '../../services/provider/orgs.service.ts';

const pauseMs = 120;
/** As long as an id may be. */
export const orgTextMax = 128;

interface Looked extends FoundOrgs {
  /** What they were found by; undefined before the first answer. */
  readonly text: string | undefined;
  readonly hasFailed: boolean;
}

/** Organisations found by what is typed, a moment after the last key; what an earlier text found gives way. */
export function useFoundOrgs(page: PageId, text: string): Looked {
  const [looked, setLooked] = useState<Looked>({ text: undefined, orgs: [], hasMore: false, hasFailed: false });
  useEffect(() => {
    let isWanted = true;
    const look = async () => {
      const answer = await findOrgsOf({ page, text }).catch(() => undefined);
      if (!isWanted) return;
      const found = answer?.ok ? answer.value : { orgs: [], hasMore: false };
      setLooked({ ...found, text, hasFailed: !answer?.ok });
    };
    const timer = setTimeout(look, text === '' ? 0 : pauseMs);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [page, text]);
  return looked;
}
