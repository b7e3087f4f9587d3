import { Button } from '../kit/button.tsx';
import { FullPage } from '../kit/full-page.tsx';

/** Drawing failed: nothing is lost, because everything is kept on the server. */
export function CrashPage({ reset }: { readonly reset: () => void }) {
  return (
    <FullPage title="This page had a problem">
      <p role="alert">Something could not be shown. Your threads and runs are safe on the server.</p>
      <Button onClick={reset}>Show it again</Button>
    </FullPage>
  );
}
