import { lazy, Suspense } from 'react';

interface MarkdownProps {
  readonly text: string;
}

const load = () => import('./markdown.tsx');

const Loaded = lazy(() =>
  load().then(
    ({ Markdown }) => ({ default: Markdown }),
    // A chunk that cannot be had must not cost the reader the text.
    () => ({ default: PlainText }),
  ),
);

/** Fetches the renderer before the first answer needs it. */
export const preloadMarkdown = (): void => void load().catch(() => undefined);

/** Markdown as soon as its renderer is here; its source until then. */
export function LazyMarkdown({ text }: MarkdownProps) {
  return (
    <Suspense fallback={<PlainText text={text} />}>
      <Loaded text={text} />
    </Suspense>
  );
}

function PlainText({ text }: MarkdownProps) {
  return <div className="markdown whitespace-pre-wrap">{text}</div>;
}
