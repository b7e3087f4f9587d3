import { useState } from 'react';

/**
 * Where the keyboard goes on when a dialog closes: at what it was opened from, or, when that went with what was removed, at the page.
 * For `onCloseAutoFocus`, because Radix knows only of triggers of its own. To be used by what is there only while the dialog is.
 */
export function useReturnFocus(): (event: Event) => void {
  const [opener] = useState(focusedButton);
  return (event) => {
    event.preventDefault();
    // What was done may have led elsewhere already.
    if (document.activeElement !== document.body) return;
    if (opener?.isConnected) opener.focus();
    else document.querySelector('main')?.focus();
  };
}

/** What has the focus; for an entry of a menu, which goes when it is chosen, the button of the menu. */
function focusedButton(): HTMLElement | null {
  const focused = document.activeElement;
  const menu = focused?.closest('[role="menu"]');
  const button = menu ? document.getElementById(menu.getAttribute('aria-labelledby') ?? '') : focused;
  return button instanceof HTMLElement && button !== document.body ? button : null;
}
