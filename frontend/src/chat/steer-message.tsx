import { CornerDownRight } from 'lucide-react';
import type { UserMessageItem } from '#core/protocol/item.ts';
import type { steerOutcome } from '../state/turns.ts';
import { UserBubble } from './user-bubble.tsx';

interface SteerMessageProps {
  readonly item: UserMessageItem;
  readonly outcome: ReturnType<typeof steerOutcome>;
}

const texts: Record<SteerMessageProps['outcome'], string> = {
  waiting: 'Will be read at the next step',
  read: 'Read from here on',
  unread: 'Not read: the run ended before',
};

/** A message that was put into a run that was under way, at the place where it went in. */
export function SteerMessage({ item, outcome }: SteerMessageProps) {
  return (
    <UserBubble text={item.text}>
      <span className="flex items-center gap-1.5 text-[13px] text-muted" data-testid="steer" data-outcome={outcome}>
        <CornerDownRight size={13} />
        {texts[outcome]}
      </span>
    </UserBubble>
  );
}
