import * as z from 'zod';
import { UserId } from './ids.ts';
import { storableText } from './text.ts';

/** What a person has set for themself. */
export const UserSettings = z.object({
  theme: z.enum(['system', 'light', 'dark']),
  /** An IANA time zone; null follows the browser. */
  timezone: z.string().nullable(),
  /** By the kind of notification, whether it is wanted. Kinds that are missing have their default. */
  notifications: z.record(z.string(), z.boolean()),
});
export type UserSettings = z.infer<typeof UserSettings>;

/** Ways to sign in that can be set up in Supabase Auth, beside e-mail and password; `AUTH_PROVIDERS` names those that are. */
export const AuthProvider = z.enum(['github', 'google', 'gitlab']);
export type AuthProvider = z.infer<typeof AuthProvider>;

/** A way to sign in that is linked to an account. */
export const Identity = z.object({ provider: z.string(), email: z.string().nullable() });
export type Identity = z.infer<typeof Identity>;

export const Me = z.object({
  id: UserId,
  isAnonymous: z.boolean(),
  /** Looks after the catalog, for every workspace. */
  isPlatformAdmin: z.boolean(),
  name: z.string().nullable(),
  email: z.string().nullable(),
  avatarUrl: z.string().nullable(),
  settings: UserSettings,
  identities: z.array(Identity),
});
export type Me = z.infer<typeof Me>;

/** `Intl` knows the time zones of the IANA database. */
function isTimezone(text: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return true;
  } catch {
    // RangeError is how Intl says that it knows no such zone.
    return false;
  }
}

/** What may be changed of oneself; what is left out stays. */
export const MeChange = z.strictObject({
  name: z
    .string()
    .transform((text) => storableText(text).trim())
    .pipe(z.string().min(1).max(120))
    .optional(),
  avatarUrl: z
    .url({ protocol: /^https$/ })
    .max(2048)
    .nullable()
    .optional(),
  settings: z
    .strictObject({
      theme: UserSettings.shape.theme,
      timezone: z.string().max(64).refine(isTimezone, 'must be an IANA time zone').nullable(),
      notifications: z
        .record(z.string().regex(/^[a-z][a-z_.]{0,39}$/), z.boolean())
        .refine((kinds) => Object.keys(kinds).length <= 30, 'must be at most 30 kinds'),
    })
    .partial()
    .optional(),
});
export type MeChange = z.infer<typeof MeChange>;
