import { Search } from 'lucide-react';
import { useEffect, useEffectEvent, useState } from 'react';
import { fieldLook } from './field.tsx';

interface SearchFieldProps {
  readonly label: string;
  readonly value: string;
  /** Called when somebody has paused typing. */
  readonly onSearch: (text: string) => void;
}

const pauseMs = 250;

export function SearchField({ label, value, onSearch: search }: SearchFieldProps) {
  const [text, setText] = useState(value);
  const onSearch = useEffectEvent(search);
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => onSearch(text), pauseMs);
    return () => clearTimeout(timer);
  }, [text, value]);
  return (
    <div className="relative min-w-40 grow">
      <Search size={16} className="pointer-events-none absolute top-1/2 left-3 -translate-y-1/2 text-muted" />
      <input
        type="search"
        aria-label={label}
        placeholder={label}
        value={text}
        onChange={(event) => setText(event.target.value)}
        className={`${fieldLook} min-h-10 pl-9 pointer-coarse:min-h-11`}
      />
    </div>
  );
}
