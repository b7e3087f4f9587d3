import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';

/** Closer to the end than this counts as being there. */
const nearPx = 8;
const jumpButtonPx = 160;

interface StickToBottom {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly content: RefObject<HTMLDivElement | null>;
  /** The end is far enough away for a button that leads there. */
  readonly away: boolean;
  readonly jump: () => void;
  readonly onScroll: () => void;
}

/**
 * Follows what grows at the end for as long as the reader is at the end, and leaves the reader alone otherwise.
 * `firstKey` names what stands first: when that changes, older content came above, and what is being read stays in place.
 */
export function useStickToBottom(firstKey: string | undefined, onNearTop: () => void): StickToBottom {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const lastTop = useRef(0);
  const lastHeight = useRef(0);
  const lastFirst = useRef(firstKey);
  const [away, setAway] = useState(false);

  const follow = useCallback(() => {
    const element = scroller.current;
    if (element && following.current) element.scrollTop = element.scrollHeight;
    if (element) lastHeight.current = element.scrollHeight;
  }, []);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element || lastFirst.current === firstKey) return;
    if (lastFirst.current !== undefined && !following.current) {
      element.scrollTop += element.scrollHeight - lastHeight.current;
    }
    lastFirst.current = firstKey;
    lastHeight.current = element.scrollHeight;
  }, [firstKey]);

  useEffect(() => {
    const observer = new ResizeObserver(follow);
    if (scroller.current) observer.observe(scroller.current);
    if (content.current) observer.observe(content.current);
    return () => observer.disconnect();
  }, [follow]);

  function onScroll(): void {
    const element = scroller.current;
    if (!element) return;
    const distance = element.scrollHeight - element.scrollTop - element.clientHeight;
    if (distance <= nearPx) following.current = true;
    else if (element.scrollTop < lastTop.current) following.current = false;
    const upwards = element.scrollTop < lastTop.current;
    lastTop.current = element.scrollTop;
    setAway(distance > jumpButtonPx && !following.current);
    if (upwards && element.scrollTop < 240) onNearTop();
  }

  const jump = useCallback(() => {
    following.current = true;
    setAway(false);
    follow();
  }, [follow]);

  return { scroller, content, away, jump, onScroll };
}
