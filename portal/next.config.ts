import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import type { NextConfig } from 'next';

const root = resolve(import.meta.dirname, '..');

// Known when it is built: what runs later finds no such folder.
const migrations = readdirSync(resolve(root, 'prisma/migrations'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .toSorted();

const config: NextConfig = {
  env: { RELEASE_MIGRATIONS: migrations.join(',') },
  // Browsers ask for it whatever the page names.
  rewrites: () => Promise.resolve([{ source: '/favicon.ico', destination: '/icon.svg' }]),
  output: 'standalone',
  outputFileTracingRoot: root,
  turbopack: { root },
  typedRoutes: true,
  // Types are checked by tsc apart from the build.
  typescript: { ignoreBuildErrors: true },
  images: { unoptimized: true },
  poweredByHeader: false,
  agentRules: false,
  devIndicators: false,
  experimental: { authInterrupts: true, turbopackLocalPostcssConfig: true },
  // Faces of documents are read as files, which no import names.
  outputFileTracingIncludes: {
    '/provider/billing/invoices/pdf': [
      '../node_modules/@fontsource/inter/package.json',
      '../node_modules/@fontsource/inter/files/inter-latin-{400,600}-normal.woff',
      '../node_modules/dejavu-fonts-ttf/package.json',
      '../node_modules/dejavu-fonts-ttf/ttf/DejaVuSans{,-Bold}.ttf',
    ],
  },
  serverExternalPackages: [
    'pdfkit',
    'pg',
    'pino',
    '@prisma/client',
    '@prisma/adapter-pg',
    '@temporalio/client',
    '@temporalio/common',
  ],
};

export default config;
