import { PanelLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Staff } from '../../auth/session.ts';
import { messages } from '../../messages/en.ts';
import { readPreferences } from '../../preferences/read-preferences.ts';
import { environment } from '../../server/environment.ts';
import { now } from '../../server/now.ts';
import { can } from '../../auth/access.ts';
import { providerNav } from '../../provider-nav.ts';
import { Attendance } from '../attendance.tsx';
import { PaletteButton } from '../palette/palette-button.tsx';
import { Toasts } from '../actions/toasts.tsx';
import { StepUpDialog } from '../step-up-dialog.tsx';
import { Brand } from './brand.tsx';
import { Clock } from './clock.tsx';
import { Crumbs } from './crumbs.tsx';
import { MobileNavigation } from './mobile-navigation.tsx';
import { Navigation } from './navigation.tsx';
import { RouteFocus } from './route-focus.tsx';
import { Sidebar } from './sidebar.tsx';
import { StaffMenu } from './staff-menu.tsx';

export async function Shell({ staff, children }: { readonly staff: Staff; readonly children: ReactNode }) {
  const preferences = await readPreferences();
  const { APP_ENV, FIXED_NOW } = environment();
  // One element, which the browser is told once, wherever it stands.
  const navigation = <Navigation staff={staff} />;
  return (
    <>
      <a href="#main" className="skip-link button">
        {messages.skip}
      </a>
      <div className="flex min-h-dvh">
        <Sidebar
          isNarrow={preferences.sidebar === 'narrow'}
          brand={<Brand />}
          icon={<PanelLeft size={16} strokeWidth={1.75} aria-hidden="true" className="flex-none" />}
        >
          {navigation}
        </Sidebar>
        <div className="flex min-w-0 flex-1 flex-col">
          <header className="sticky top-0 z-20 flex h-12 flex-none items-center gap-3 border-b border-line bg-page px-4 md:px-6">
            <MobileNavigation>{navigation}</MobileNavigation>
            <Crumbs />
            <div className="ml-auto flex items-center gap-3">
              <PaletteButton pages={pagesOf(staff)} hasLetters={preferences.letters === 'on'} />
              <span className="hidden sm:inline">
                <Clock
                  at={now()}
                  zone={preferences.zone}
                  style={preferences.clock}
                  isFixed={APP_ENV === 'test' && FIXED_NOW !== undefined}
                />
              </span>
              {APP_ENV !== 'production' && (
                <span className="rounded-badge bg-warn-soft px-2 text-label leading-5 text-warn-text">{APP_ENV}</span>
              )}
              <StaffMenu
                name={staff.name}
                email={staff.email}
                roles={staff.roles.map((role) => messages.roles[role])}
                preferences={preferences}
              />
            </div>
          </header>
          <main
            id="main"
            tabIndex={-1}
            className="mx-auto flex w-full max-w-[1440px] flex-1 flex-col gap-5 p-4 outline-none md:p-6"
          >
            {children}
          </main>
        </div>
      </div>
      <Attendance />
      <RouteFocus />
      <Toasts />
      <StepUpDialog />
    </>
  );
}

function pagesOf(staff: Staff) {
  return providerNav.flatMap(({ items }) =>
    items.flatMap(({ page, path }) =>
      path !== undefined && can(staff, page) ? [{ id: `page:${page}`, label: messages.pages[page], href: path }] : [],
    ),
  );
}
