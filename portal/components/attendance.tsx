'use client';

import { useEffect } from 'react';
import { unattendedCookie } from '../auth/unattended-cookie.ts';

/** Longer than any page waits before it asks again. */
const keptS = 600;

/** Before a page asks by itself: until somebody touches it, nobody asks. */
export function sayUnattended(): void {
  keep(keptS);
}

/** Stands in the shell: a key or a click says that somebody is there again. */
export function Attendance() {
  useEffect(() => {
    const sayAttended = () => keep(0);
    sayAttended();
    const [options, events] = [{ capture: true, passive: true }, ['pointerdown', 'keydown']];
    for (const event of events) addEventListener(event, sayAttended, options);
    return () => {
      for (const event of events) removeEventListener(event, sayAttended, options);
    };
  }, []);
  return null;
}

function keep(seconds: number) {
  document.cookie = `${unattendedCookie}=1; path=/; max-age=${seconds}; samesite=strict`;
}
