import { Link } from '@tanstack/react-router';
import { Header } from '../app/header.tsx';
import { useMe } from '../app/use-me.ts';
import { usePageTitle } from '../app/use-page-title.ts';
import { buttonLook } from '../kit/button.tsx';
import { PageBody, Section } from '../kit/page.tsx';
import { QueryView } from '../kit/query-view.tsx';
import { AppearanceSection } from './appearance-section.tsx';
import { MyInvitationsSection } from './my-invitations-section.tsx';
import { ProfileSection } from './profile-section.tsx';
import { SignInSection } from './sign-in-section.tsx';
import { SignOutSection } from './sign-out-section.tsx';

/** The person who is signed in: who they are to others, how they sign in, how the page looks to them. */
export function AccountPage() {
  const me = useMe();
  usePageTitle('Account');
  return (
    <>
      <Header title="Account" />
      <PageBody>
        <QueryView query={me} what="Your account">
          {(person) => (
            <>
              {person.isAnonymous && <GuestNotice />}
              <ProfileSection me={person} />
              <AppearanceSection me={person} />
              {!person.isAnonymous && (
                <>
                  <MyInvitationsSection />
                  <SignInSection me={person} />
                  <SignOutSection />
                </>
              )}
            </>
          )}
        </QueryView>
      </PageBody>
    </>
  );
}

function GuestNotice() {
  return (
    <Section
      title="You are a guest"
      text="What you do here belongs to this browser and is lost with it. Create an account to keep everything, work with others and sign in elsewhere."
      action={
        <Link to="/sign-in" search={{ mode: 'create', next: '/account' }} className={buttonLook('primary')}>
          Create an account
        </Link>
      }
    />
  );
}
