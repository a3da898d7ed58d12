/** A real browser for tests of the pages: the system's Chromium with a fake camera, on loopback only. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const executablePath = '/usr/bin/chromium';

/** Playwright's own list gives way to ours, since the last one counts; so what phones home is named here again. */
const disabledFeatures = [
  // Otherwise candidates are names under .local, which nobody on a test machine resolves.
  'WebRtcHideLocalIpsWithMdns',
  'DialMediaRouteProvider',
  'HttpsUpgrades',
  'MediaRouter',
  'OptimizationHints',
  'Translate',
];

const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--allow-loopback-in-peer-connection',
  `--disable-features=${disabledFeatures.join(',')}`,
];

export interface ChromiumWishes {
  /** `granted` (the default): asked and allowed at once; `refused`: asked and forbidden; `none`: there is none. */
  readonly camera?: 'granted' | 'refused' | 'none';
  /** Switches on top of the usual ones. */
  readonly args?: readonly string[];
  /** The window: size, colour scheme, and what else Playwright knows. */
  readonly context?: BrowserContextOptions;
}

export interface Chromium {
  readonly context: BrowserContext;
  /** A new tab that shows `url`, once its scripts have run. */
  page(url: string): Promise<Page>;
  /** Ends the browser and removes what it left on disk. */
  close(): Promise<void>;
}

/** Starts a browser that knows nothing of any other. Throws, with what to install, when there is none. */
export async function launchChromium(wishes: ChromiumWishes = {}): Promise<Chromium> {
  if (!existsSync(executablePath)) {
    throw new Error(`${executablePath} is missing; install it with: apt-get install chromium`);
  }
  const folder = await mkdtemp(join(tmpdir(), 'zrtc-chromium-'));
  const remove = () => rm(folder, { recursive: true, force: true, maxRetries: 5 });
  try {
    const context = await chromium.launchPersistentContext(folder, {
      ...wishes.context,
      executablePath,
      headless: true,
      args: [...quiet, ...cameraSwitches(wishes.camera ?? 'granted'), ...(wishes.args ?? [])],
    });
    return {
      context,
      async page(url) {
        const page = await context.newPage();
        await page.goto(url);
        return page;
      },
      async close() {
        await context.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

function cameraSwitches(camera: 'granted' | 'refused' | 'none'): readonly string[] {
  switch (camera) {
    case 'granted':
      return ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'];
    case 'refused':
      return ['--use-fake-ui-for-media-stream=deny', '--use-fake-device-for-media-stream'];
    case 'none':
      return ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream=device-count=0'];
  }
}
