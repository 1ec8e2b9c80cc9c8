/** What of a form can be given the focus. */
const FOCUSABLE = 'input:enabled:not([aria-hidden]), [role="button"]';

/** Gives the focus to the first field that is wrong, which brings it into view. */
export function focusFirstError(form: HTMLElement): void {
  const wrong = form.querySelector<HTMLElement>('[aria-invalid="true"]');
  if (wrong) {
    focusableOf(wrong)?.focus();
  }
}

/** What is marked may be a group, or the hidden input of a list to choose from. */
function focusableOf(wrong: HTMLElement): HTMLElement | null | undefined {
  if (wrong.matches(FOCUSABLE)) {
    return wrong;
  }
  return (
    wrong.querySelector<HTMLElement>(FOCUSABLE) ??
    wrong.parentElement?.querySelector<HTMLElement>(FOCUSABLE)
  );
}
