import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect } from '@playwright/test';
import { visitAs } from './support/people';
import { test } from './support/test';

test.describe('The demo', () => {
  test('does not start a second time on the same data, and says where it runs', async ({
    demo,
  }) => {
    const { status, stderr } = spawnSync('./run', ['demo'], {
      cwd: resolve(__dirname, '../../..'),
      encoding: 'utf8',
      env: { ...process.env, EVENT_FLOWS_DATA: demo.dataDir },
    });

    expect(status).toBe(1);
    expect(stderr).toContain(`A demo is running here already: ${demo.url} `);
    expect(stderr).not.toContain('    at ');
    expect((await fetch(demo.url)).status).toBe(200);
  });

  test('asks once per browser who one is, and again after signing out', async ({
    browser,
    demo,
  }) => {
    const visit = await visitAs(browser, demo.url, 'owner');
    const openTab = async (path = '') => {
      const tab = await visit.page.context().newPage();
      await tab.goto(`${demo.url}${path}`);
      return tab;
    };

    const second = await openTab('/settings');
    await expect(second.getByText('Nils Lindqvist').first()).toBeVisible();

    await second.getByTestId('user-settings-menu').click();
    await second.getByTestId('sign-out').click();
    const choice = { name: /^Nils / };
    await expect(second.getByRole('button', choice)).toBeVisible();

    const third = await openTab();
    await expect(third.getByRole('button', choice)).toBeVisible();
    expect(visit.complaints).toEqual([]);
    await visit.close();
  });
});
