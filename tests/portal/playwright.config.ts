import { defineConfig } from '@playwright/test';

const secondsMs = 1_000;

/** The standalone build in a real Chromium. Two workers, each with a site of its own: while one waits for its page the other's is drawn. */
export default defineConfig({
  testDir: '.',
  testMatch: '**/*.spec.ts',
  globalSetup: './browser/site.ts',
  workers: 2,
  fullyParallel: false,
  forbidOnly: process.env['CI'] !== undefined,
  timeout: 60 * secondsMs,
  // A busy machine can make a browser late. Whoever needs the second try is listed as flaky, and is a defect to mend.
  retries: 1,
  expect: { timeout: 15 * secondsMs, toHaveScreenshot: { maxDiffPixelRatio: 0.002 } },
  snapshotPathTemplate: '{testDir}/visual/{arg}{ext}',
  // Pictures are drawn anew only where that is asked for: a missing one fails.
  updateSnapshots: process.env['UPDATE_PICTURES'] === undefined ? 'none' : 'changed',
  outputDir: '../../test-results',
  use: {
    locale: 'en-US',
    timezoneId: 'UTC',
    viewport: { width: 1440, height: 900 },
    contextOptions: { reducedMotion: 'reduce' },
    launchOptions: {
      executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        // Letters as wide as in a Chromium with windows.
        '--font-render-hinting=none',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
