import { CSPProvider } from '@base-ui/react/csp-provider';
import type { Metadata, Viewport } from 'next';
import localFont from 'next/font/local';
import { headers } from 'next/headers';
import type { ReactNode } from 'react';
import { HydrationMark } from '../components/shell/hydration-mark.tsx';
import { messages } from '../messages/en.ts';
import { nonceHeader } from '../paths.ts';
import { readPreferences } from '../preferences/read-preferences.ts';
import './globals.css';

const inter = localFont({
  src: '../../node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2',
  variable: '--font-inter',
  weight: '100 900',
  display: 'swap',
});

const mono = localFont({
  src: '../../node_modules/geist/dist/fonts/geist-mono/GeistMono-Variable.woff2',
  variable: '--font-geist-mono',
  weight: '100 900',
  display: 'swap',
  preload: false,
});

export const metadata: Metadata = {
  title: { default: messages.product, template: `%s · ${messages.product}` },
  icons: '/icon.svg',
  robots: { index: false, follow: false },
};

export const viewport: Viewport = { width: 'device-width', initialScale: 1 };

// Reading the cookies makes every page dynamic, which the nonce of its scripts needs.
export default async function RootLayout({ children }: { readonly children: ReactNode }) {
  const { theme, letters } = await readPreferences();
  const nonce = (await headers()).get(nonceHeader) ?? '';
  return (
    <html lang="en" data-theme={theme} data-letters={letters} className={`${inter.variable} ${mono.variable}`}>
      <body>
        <CSPProvider nonce={nonce}>{children}</CSPProvider>
        <HydrationMark />
      </body>
    </html>
  );
}
