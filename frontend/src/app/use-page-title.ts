import { useEffect } from 'react';
import { pageTitle } from '../format/title.ts';

export function usePageTitle(title: string | null): void {
  useEffect(() => {
    document.title = pageTitle(title);
  }, [title]);
}
