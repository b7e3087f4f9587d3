import type { ClientConfig } from '../config/client-config.ts';

export const providerNames: Record<ClientConfig['authProviders'][number], string> = {
  github: 'GitHub',
  google: 'Google',
  gitlab: 'GitLab',
};
