import { useEffect } from 'react';
import { pageTitle } from '../format/title.ts';

/** `mine` is false for what stands on a page that has a title of its own. */
export function usePageTitle(title: string | null, mine = true): void {
  useEffect(() => {
    if (mine) document.title = pageTitle(title);
  }, [title, mine]);
}
