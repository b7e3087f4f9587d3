import * as z from 'zod';

/**
 * Ids are prefixed and sort by the time of their creation: `<prefix>_<26 characters>`, where the characters are a UUIDv7 in
 * lower-case Crockford base 32 (TypeID specification 0.3, https://github.com/jetify-com/typeid). Users keep the UUID that Supabase Auth gave them.
 */
const idOf = <Brand extends string>(prefix: string, brand: Brand) =>
  z
    .string()
    .regex(new RegExp(`^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`), `must be an id like ${prefix}_01jd…`)
    .meta({ title: brand })
    .brand<Brand>();

export const WorkspaceId = idOf('wsp', 'WorkspaceId');
export type WorkspaceId = z.infer<typeof WorkspaceId>;

export const AgentId = idOf('agt', 'AgentId');
export type AgentId = z.infer<typeof AgentId>;

export const ThreadId = idOf('thr', 'ThreadId');
export type ThreadId = z.infer<typeof ThreadId>;

export const ItemId = idOf('itm', 'ItemId');
export type ItemId = z.infer<typeof ItemId>;

export const RunId = idOf('run', 'RunId');
export type RunId = z.infer<typeof RunId>;

export const ApprovalId = idOf('apr', 'ApprovalId');
export type ApprovalId = z.infer<typeof ApprovalId>;

export const BudgetId = idOf('bdg', 'BudgetId');
export type BudgetId = z.infer<typeof BudgetId>;

export const CredentialId = idOf('crd', 'CredentialId');
export type CredentialId = z.infer<typeof CredentialId>;

export const InvitationId = idOf('inv', 'InvitationId');
export type InvitationId = z.infer<typeof InvitationId>;

export const ApiKeyId = idOf('key', 'ApiKeyId');
export type ApiKeyId = z.infer<typeof ApiKeyId>;

export const AuditEntryId = idOf('aud', 'AuditEntryId');
export type AuditEntryId = z.infer<typeof AuditEntryId>;

export const CatalogAgentId = idOf('cat', 'CatalogAgentId');
export type CatalogAgentId = z.infer<typeof CatalogAgentId>;

export const RuleId = idOf('rul', 'RuleId');
export type RuleId = z.infer<typeof RuleId>;

export const SkillId = idOf('skl', 'SkillId');
export type SkillId = z.infer<typeof SkillId>;

export const UserId = z.uuid().brand<'UserId'>();
export type UserId = z.infer<typeof UserId>;

/** A client's own key for one request. Sending the same key again has the same answer and no second effect. */
export const ClientRequestId = z.string().regex(/^[A-Za-z0-9_-]{8,64}$/, 'must be 8 to 64 letters, digits, "-" or "_"');
export type ClientRequestId = z.infer<typeof ClientRequestId>;

/** An event's place in its stream: 1 is the first, and there are no gaps. 0 is "before the first". */
export const Seq = z.number().int().nonnegative();

/** When something happened: ISO 8601 in UTC with milliseconds. */
export const Timestamp = z.iso.datetime();
