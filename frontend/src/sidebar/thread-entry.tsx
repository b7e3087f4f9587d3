import { Link, useNavigate } from '@tanstack/react-router';
import { clsx } from 'clsx';
import { Ellipsis, Pencil, ShieldQuestionMark, Trash2 } from 'lucide-react';
import { memo, useRef, useState } from 'react';
import type { Thread } from '#core/protocol/thread.ts';
import { usePlatform } from '../app/platform-context.ts';
import { titleOf } from '../format/title.ts';
import { IconButton } from '../kit/button.tsx';
import { ConfirmDialog } from '../kit/confirm-dialog.tsx';
import { MenuContent, MenuItem, MenuRoot, MenuTrigger } from '../kit/menu.tsx';
import { RenameForm } from './rename-form.tsx';

interface ThreadEntryProps {
  readonly thread: Thread;
  /** How many decisions it waits for. */
  readonly waiting: number;
  readonly current: boolean;
  readonly onNavigate: () => void;
}

export const ThreadEntry = memo(function ThreadEntry({ thread, waiting, current, onNavigate }: ThreadEntryProps) {
  const { threadList } = usePlatform();
  const navigate = useNavigate();
  const [mode, setMode] = useState<'shown' | 'renaming' | 'deleting'>('shown');
  // The menu gives the focus back to its button when it closes; the field that opens then must keep it.
  const renameNext = useRef(false);
  const title = titleOf(thread);

  async function remove(): Promise<void> {
    await threadList.remove(thread.id);
    if (current) await navigate({ to: '/' });
  }

  if (mode === 'renaming') {
    return (
      <li data-testid="thread-entry">
        <RenameForm
          title={title}
          onRename={(next) => threadList.rename(thread.id, next)}
          onClose={() => setMode('shown')}
        />
      </li>
    );
  }
  return (
    <li
      data-testid="thread-entry"
      className={clsx('group relative rounded-lg', current ? 'bg-hover' : 'focus-within:bg-hover hover:bg-hover')}
    >
      <Link
        to="/t/$threadId"
        params={{ threadId: thread.id }}
        onClick={onNavigate}
        aria-current={current ? 'page' : undefined}
        title={title}
        className={clsx(
          'flex min-h-9 items-center rounded-lg py-1.5 pr-2.5 pl-2.5 text-sm group-focus-within:pr-10 group-hover:pr-10 pointer-coarse:min-h-11 pointer-coarse:pr-12',
          current && 'font-medium',
        )}
      >
        <span className="min-w-0 grow truncate">{title}</span>
        {waiting > 0 && (
          <span
            className="ml-2 flex shrink-0 items-center gap-1 text-[12px] text-warning"
            data-testid="thread-waits"
            title={waiting === 1 ? 'Waits for a decision' : `Waits for ${waiting} decisions`}
          >
            <ShieldQuestionMark size={14} />
            <span className="sr-only">{waiting === 1 ? 'Waits for a decision' : `Waits for ${waiting} decisions`}</span>
          </span>
        )}
      </Link>
      <MenuRoot modal={false}>
        <MenuTrigger asChild>
          <IconButton
            label={`Actions for ${title}`}
            data-testid="thread-actions"
            className="absolute top-1/2 right-1 size-7! -translate-y-1/2 opacity-0 focus-visible:opacity-100 group-hover:opacity-100 data-[state=open]:opacity-100 pointer-coarse:size-11! pointer-coarse:opacity-100"
          >
            <Ellipsis size={16} />
          </IconButton>
        </MenuTrigger>
        <MenuContent
          align="end"
          onCloseAutoFocus={(event) => {
            if (!renameNext.current) return;
            renameNext.current = false;
            event.preventDefault();
            setMode('renaming');
          }}
        >
          <MenuItem
            onSelect={() => {
              renameNext.current = true;
            }}
          >
            <Pencil size={15} />
            Rename
          </MenuItem>
          <MenuItem danger onSelect={() => setMode('deleting')}>
            <Trash2 size={15} />
            Delete
          </MenuItem>
        </MenuContent>
      </MenuRoot>
      {mode === 'deleting' && (
        <ConfirmDialog title="Delete this thread?" action="Delete" onConfirm={remove} onClose={() => setMode('shown')}>
          “{title}” and everything in it will be gone for good. What runs in it is stopped.
        </ConfirmDialog>
      )}
    </li>
  );
});
