/** The token stands behind the `#`, so that it reaches no server's log. */
export const invitationLink = (token: string): string => `${window.location.origin}/invitation#${token}`;
