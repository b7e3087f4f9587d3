import { clsx } from 'clsx';
import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { copyText } from './copy-text.ts';

interface CopyButtonProps {
  readonly label: string;
  readonly text: () => string;
  readonly className?: string;
}

export function CopyButton({ label, text, className }: CopyButtonProps) {
  const [result, setResult] = useState<'copied' | 'failed' | null>(null);

  useEffect(() => {
    if (!result) return;
    const timer = setTimeout(() => setResult(null), 2_000);
    return () => clearTimeout(timer);
  }, [result]);

  const copy = async () => setResult((await copyText(text())) ? 'copied' : 'failed');
  const shown = result === 'copied' ? 'Copied' : result === 'failed' ? 'Could not copy' : label;
  return (
    <button
      type="button"
      aria-label={shown}
      title={shown}
      onClick={() => void copy()}
      className={clsx(
        'inline-flex size-8 items-center justify-center rounded-md text-muted transition-colors hover:bg-hover hover:text-text pointer-coarse:size-11',
        className,
      )}
    >
      {result === 'copied' ? <Check size={15} className="text-good" /> : <Copy size={15} />}
    </button>
  );
}
