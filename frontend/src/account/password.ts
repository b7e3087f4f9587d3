/** `minimum_password_length` in supabase/config.toml. */
export const minPasswordLength = 8;
