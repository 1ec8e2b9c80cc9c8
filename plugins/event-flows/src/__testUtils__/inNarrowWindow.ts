/** Has the screens take the window for a narrow one meanwhile. */
export async function inNarrowWindow(look: () => Promise<void>): Promise<void> {
  window.matchMedia = query =>
    Object.assign(new EventTarget(), {
      matches: query.includes('max-width'),
      media: query,
      onchange: null,
      addListener: () => {},
      removeListener: () => {},
    });
  try {
    await look();
  } finally {
    Reflect.deleteProperty(window, 'matchMedia');
  }
}
