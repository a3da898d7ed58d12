import test from 'ava';
import { launchChromium } from '../../support/chromium.ts';
import { smallClassroom } from './small-classroom.ts';

/** What people with weak eyes can read (WCAG 2.2, 1.4.3). */
const READABLE = 4.5;

for (const colorScheme of ['light', 'dark'] as const) {
  test.serial(`${colorScheme}: Stop is readable under the pointer that has just pressed Start`, async t => {
    const { gateway, close } = await smallClassroom();
    const chromium = await launchChromium({ context: { colorScheme } });
    t.teardown(close);
    t.teardown(() => chromium.close());

    const page = await chromium.page(`${gateway.origin}/publish/math-101`);
    await page.getByRole('button', { name: 'Start' }).click();
    await page.getByText('Live', { exact: true }).waitFor();
    t.true(await page.locator('#start:hover').isVisible());
    const [words, ground] = await page.locator('#start').evaluate(button => {
      const { getComputedStyle } = globalThis as never as {
        getComputedStyle(of: unknown): { color: string; backgroundColor: string };
      };
      const { color, backgroundColor } = getComputedStyle(button);
      return [color, backgroundColor];
    });
    t.true(contrast(words!, ground!) >= READABLE, `${words} on ${ground}`);
  });
}

/** The contrast ratio of two opaque colours, as WCAG defines it. */
function contrast(one: string, other: string): number {
  const [lighter = 0, darker = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(color: string): number {
  const [, red = '', green = '', blue = ''] = /^rgb\((\d+), (\d+), (\d+)\)$/.exec(color) ?? [];
  const [r = Number.NaN, g = Number.NaN, b = Number.NaN] = [red, green, blue].map(part => {
    const value = Number.parseInt(part, 10) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
