import { act } from '@testing-library/react';
import axe from 'axe-core';

/** Fails where axe finds something serious on the page. */
export async function expectAccessible(): Promise<void> {
  // Looking takes long enough for dialogs to finish opening meanwhile.
  const { violations } = await act(() =>
    axe.run(document.body, {
      // jsdom draws nothing, so it has no colours to compare; and a test app
      // has no landmarks around the page.
      rules: {
        'color-contrast': { enabled: false },
        region: { enabled: false },
      },
    }),
  );
  const serious = violations.filter(
    ({ impact }) => impact === 'serious' || impact === 'critical',
  );
  expect(
    serious.map(({ id, nodes }) => `${id}: ${nodes.map(n => n.html).join()}`),
  ).toEqual([]);
}
