import { Link } from '@tanstack/react-router';
import { SearchX } from 'lucide-react';
import { buttonLook } from '../kit/button.tsx';
import { EmptyState } from '../kit/page.tsx';
import { Header } from './header.tsx';
import { usePageTitle } from './use-page-title.ts';

interface NotFoundProps {
  readonly title?: string;
  readonly text?: string;
}

export function NotFound({
  title = 'There is nothing here',
  text = 'The address may be mistyped, or the thread was deleted, or it belongs to somebody else.',
}: NotFoundProps) {
  usePageTitle(title);
  return (
    <>
      <Header title={title} />
      <div className="flex grow items-center justify-center p-6" data-testid="not-found">
        <EmptyState
          icon={<SearchX size={28} />}
          title={title}
          action={
            <Link to="/" className={buttonLook('primary')}>
              Start a new thread
            </Link>
          }
        >
          {text}
        </EmptyState>
      </div>
    </>
  );
}
