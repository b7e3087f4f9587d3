import { PlatformError } from '#core/errors.ts';
import type { identityRoutes } from '#core/protocol/identity-routes.ts';
import { acceptInvitation, lookUpInvitation, receivedInvitations } from '#core/use-cases/invitations.ts';
import { signOutEverywhere } from '#core/use-cases/sign-out.ts';
import type { ApiDeps } from './handlers.ts';
import type { RouteHandlers } from './router.ts';

/** The routes of the person who calls. */
export function createIdentityHandlers(deps: ApiDeps): Pick<RouteHandlers, keyof typeof identityRoutes> {
  const { directory, minter } = deps;
  const accountGone = () => new PlatformError('unauthenticated', 'This account has been deleted.');
  return {
    'GET /v1/me': async ({ caller }) => {
      const me = await directory.me(await minter.forUser(caller));
      if (!me) throw accountGone();
      return me;
    },
    'PATCH /v1/me': async ({ caller, body }) => {
      const me = await directory.changeMe(await minter.forUser(caller), body);
      if (!me) throw accountGone();
      return me;
    },
    'POST /v1/me/sign-out-everywhere': async ({ caller }) => {
      await signOutEverywhere(deps, caller);
      return undefined;
    },
    'GET /v1/me/invitations': ({ caller, query }) => receivedInvitations(deps, caller, query),
    'POST /v1/invitations/lookup': ({ caller, body }) => lookUpInvitation(deps, caller, body.token),
    'POST /v1/invitations/accept': ({ caller, body }) => acceptInvitation(deps, caller, body),
  };
}
