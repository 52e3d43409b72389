'use client';

import Link from 'next/link';
import { useState } from 'react';
import type { ComponentProps } from 'react';

type NearLinkProps = Omit<ComponentProps<typeof Link>, 'prefetch' | 'onPointerEnter' | 'onFocus'>;

/** A link to a page that is fetched ahead once somebody is about to open it. Next fetches all that are in sight: three times what their page costs itself. */
export function NearLink(props: NearLinkProps) {
  const [isNear, setNear] = useState(false);
  const approach = () => setNear(true);
  return <Link {...props} prefetch={isNear ? 'auto' : false} onPointerEnter={approach} onFocus={approach} />;
}
