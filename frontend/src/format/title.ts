import type { Thread } from '#core/protocol/thread.ts';

export const untitled = 'New thread';

export const titleOf = (thread: Pick<Thread, 'title'> | null | undefined): string => thread?.title?.trim() || untitled;

/** What the browser's tab shows. */
export const pageTitle = (title: string | null): string => (title ? `${title} · Troupe` : 'Troupe');
