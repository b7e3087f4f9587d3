import { Button } from '../kit/button.tsx';
import { FullPage } from '../kit/full-page.tsx';

interface MisconfiguredPageProps {
  readonly problems: readonly string[];
  readonly onRetry: () => void;
}

const example = `{
  "apiUrl": "",
  "socketUrl": "wss://…/socket",
  "supabaseUrl": "https://….supabase.co",
  "supabaseKey": "…",
  "stage": "prod"
}`;

export function MisconfiguredPage({ problems, onRetry }: MisconfiguredPageProps) {
  return (
    <FullPage title="Troupe is not set up yet">
      <p>
        This page asks its server for <code className="font-mono text-sm text-text">/config.json</code> and did not get
        what it needs:
      </p>
      <ul role="alert" className="list-disc pl-5 text-danger">
        {problems.map((problem) => (
          <li key={problem}>{problem}</li>
        ))}
      </ul>
      <p>
        On one machine, start the whole platform with <code className="font-mono text-sm text-text">npm start</code> and
        open the address that it prints. On AWS, deploy again: the file is written with the web client. It looks like
        this:
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre tabIndex={0} className="w-full overflow-x-auto rounded-lg bg-sunken p-3 font-mono text-[13px] text-text">
        {example}
      </pre>
      <Button onClick={onRetry}>Try again</Button>
    </FullPage>
  );
}
