import { useState } from 'react';

/**
 * Where the keyboard goes on when a dialog closes: at what it was opened from, or, when that went with what was removed, at what is in front.
 * For `onCloseAutoFocus`, because Radix knows only of triggers of its own. To be used by what is there only while the dialog is.
 */
export function useReturnFocus(): (event: Event) => void {
  const [opener] = useState(focusedButton);
  return (event) => {
    event.preventDefault();
    const dialog = dialogInFront();
    const focused = document.activeElement;
    // What was done may have led elsewhere already, but not to what a dialog covers.
    if (focused !== document.body && (!dialog || dialog.contains(focused))) return;
    opener?.focus();
    if (opener && document.activeElement === opener) return;
    if (dialog) dialog.focus();
    else focusPage();
  };
}

/** What has the focus; for an entry of a menu, which goes when it is chosen, the button of the menu. */
function focusedButton(): HTMLElement | null {
  const focused = document.activeElement;
  const menu = focused?.closest('[role="menu"]');
  const button = menu ? document.getElementById(menu.getAttribute('aria-labelledby') ?? '') : focused;
  return button instanceof HTMLElement && button !== document.body ? button : null;
}

/** The dialog that covers the page, as a phone's drawer may: until it closes, nothing behind it may take the focus. */
export const dialogInFront = (): HTMLElement | undefined =>
  [...document.querySelectorAll<HTMLElement>('[role="dialog"][data-state="open"]')].at(-1);

/** The page can be focused only for as long as it is: else each click in it would focus it, and take the keys from what scrolls. */
function focusPage(): void {
  const page = document.querySelector('main');
  if (!page) return;
  page.tabIndex = -1;
  page.addEventListener('blur', () => page.removeAttribute('tabindex'), { once: true });
  page.focus();
}
