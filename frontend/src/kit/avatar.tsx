import { clsx } from 'clsx';

interface AvatarProps {
  readonly name: string;
  /** An emoji, or the address of a picture. */
  readonly avatar?: string | null | undefined;
  readonly size?: 'small' | 'medium' | 'large';
  readonly round?: boolean;
}

const sizes = {
  small: 'size-7 text-[13px] rounded-lg',
  medium: 'size-10 text-lg rounded-xl',
  large: 'size-14 text-2xl rounded-2xl',
} as const;

/** Stands beside the name, so it says nothing to those who do not see it. */
export function Avatar({ name, avatar, size = 'medium', round = false }: AvatarProps) {
  const look = clsx(
    'flex shrink-0 select-none items-center justify-center overflow-hidden',
    sizes[size],
    round && 'rounded-full!',
  );
  if (avatar?.startsWith('https://')) {
    return <img src={avatar} alt="" referrerPolicy="no-referrer" className={clsx(look, 'object-cover')} />;
  }
  if (avatar) {
    return (
      <span aria-hidden="true" className={clsx(look, 'bg-sunken')}>
        {avatar}
      </span>
    );
  }
  return (
    <span aria-hidden="true" data-tint={tintOf(name)} className={clsx(look, 'tint font-semibold')}>
      {initialsOf(name)}
    </span>
  );
}

function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => [...(word ?? '')][0] ?? '');
  return letters.join('').toUpperCase() || '?';
}

const tints = 6;
/** The same name has the same colour, everywhere. */
const tintOf = (name: string): number =>
  [...name].reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0) % tints;
