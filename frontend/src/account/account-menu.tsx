import { Link, useNavigate } from '@tanstack/react-router';
import { ChevronsUpDown, LogOut, UserRound } from 'lucide-react';
import { usePlatform } from '../app/platform-context.ts';
import { useMe } from '../app/use-me.ts';
import { messageOf } from '../http/call-error.ts';
import { Avatar } from '../kit/avatar.tsx';
import { MenuContent, MenuItem, MenuRoot, MenuTrigger } from '../kit/menu.tsx';
import { toast } from '../kit/toast.tsx';

/** Who is signed in. A guest is told what that means and how to stay. */
export function AccountMenu({ onNavigate }: { readonly onNavigate: () => void }) {
  const me = useMe().data;
  const { session } = usePlatform();
  const navigate = useNavigate();
  if (!me) return <div className="min-h-13 border-line border-t" />;
  if (me.isAnonymous) return <GuestNote onNavigate={onNavigate} />;

  const name = me.name ?? me.email ?? 'You';
  return (
    <div className="border-line border-t px-3 py-2">
      <MenuRoot modal={false}>
        <MenuTrigger
          data-testid="account-menu"
          className="flex min-h-11 w-full min-w-0 items-center gap-2.5 rounded-lg px-2 text-left text-sm transition-colors hover:bg-hover"
        >
          <Avatar name={name} size="small" round />
          <span className="min-w-0 grow truncate">
            <span className="sr-only">Account: </span>
            {name}
          </span>
          <ChevronsUpDown size={15} className="shrink-0 text-muted" />
        </MenuTrigger>
        <MenuContent align="start" side="top" aria-label="Account" className="w-60">
          <MenuItem
            onSelect={() => {
              onNavigate();
              void navigate({ to: '/account' });
            }}
          >
            <UserRound size={16} className="text-muted" />
            Account
          </MenuItem>
          <MenuItem
            data-testid="sign-out"
            onSelect={() => void session.account.signOut().catch((error: unknown) => toast.failed(messageOf(error)))}
          >
            <LogOut size={16} className="text-muted" />
            Sign out
          </MenuItem>
        </MenuContent>
      </MenuRoot>
    </div>
  );
}

function GuestNote({ onNavigate }: { readonly onNavigate: () => void }) {
  const link =
    'inline-flex min-h-6 items-center font-medium text-link underline underline-offset-2 pointer-coarse:min-h-11';
  return (
    <p className="border-line border-t px-4 py-3 text-[12.5px] text-muted leading-snug" data-testid="guest-note">
      You are a guest. Your threads belong to this browser.{' '}
      <Link to="/sign-in" search={{ mode: 'create' }} onClick={onNavigate} className={link} data-testid="keep-account">
        Create an account
      </Link>{' '}
      to keep them, or{' '}
      <Link to="/sign-in" onClick={onNavigate} className={link} data-testid="go-to-sign-in">
        sign in
      </Link>
      .
    </p>
  );
}
