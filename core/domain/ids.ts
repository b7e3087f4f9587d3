import type {
  AgentId,
  ApiKeyId,
  ApprovalId,
  AuditEntryId,
  BudgetId,
  CatalogAgentId,
  CredentialId,
  InvitationId,
  ItemId,
  RuleId,
  RunId,
  SkillId,
  ThreadId,
  WorkspaceId,
} from '../protocol/ids.ts';

interface Prefixes {
  wsp: WorkspaceId;
  agt: AgentId;
  thr: ThreadId;
  itm: ItemId;
  run: RunId;
  apr: ApprovalId;
  bdg: BudgetId;
  crd: CredentialId;
  inv: InvitationId;
  key: ApiKeyId;
  aud: AuditEntryId;
  cat: CatalogAgentId;
  rul: RuleId;
  skl: SkillId;
}

/** Makes new ids: see core/protocol/ids.ts for their form. */
export type NewId = <Prefix extends keyof Prefixes>(prefix: Prefix) => Prefixes[Prefix];

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** A factory of ids over a clock (milliseconds since 1970) and a source of random bytes. */
export function createNewId(now: () => number, randomBytes: (count: number) => Uint8Array): NewId {
  return <Prefix extends keyof Prefixes>(prefix: Prefix) =>
    // The one place where an id is made; everywhere else it is parsed.
    `${prefix}_${encode(uuidV7(now(), randomBytes(10)))}` as Prefixes[Prefix];
}

/**
 * An id that is made from what it names: of a run, by a digest of at least 10 bytes. It is as old as its run, and the same
 * whoever makes it.
 */
export const idOfRun = <Prefix extends keyof Prefixes>(
  prefix: Prefix,
  runId: RunId,
  digest: Uint8Array,
): Prefixes[Prefix] =>
  createNewId(
    () => timeOf(runId),
    () => digest.subarray(0, 10),
  )(prefix);

/** When an id was made, in milliseconds since 1970: its first ten characters, without the two bits that pad them. */
const timeOf = (id: RunId): number =>
  [...id.slice(id.indexOf('_') + 1, id.indexOf('_') + 11)].reduce(
    (time, char) => time * 32 + alphabet.indexOf(char),
    0,
  );

/** The 128 bits of a UUIDv7 (RFC 9562 §5.7): 48 of time, then version, variant and 74 random ones. */
function uuidV7(timeMs: number, random: Uint8Array): bigint {
  const entropy = random.reduce((bits, byte) => (bits << 8n) | BigInt(byte), 0n);
  const randA = (entropy >> 62n) & 0xfffn;
  const randB = entropy & ((1n << 62n) - 1n);
  return (BigInt(timeMs) << 80n) | (0x7n << 76n) | (randA << 64n) | (0b10n << 62n) | randB;
}

function encode(bits: bigint): string {
  let text = '';
  for (let shift = 125n; shift >= 0n; shift -= 5n) text += alphabet[Number((bits >> shift) & 31n)];
  return text;
}
