import type * as z from 'zod';
import { Agent, ModelSettings, RunLimits } from '#core/protocol/agent.ts';
import { ApprovalDecision } from '#core/protocol/approval.ts';
import { Budget, BudgetScope, ModelPrice } from '#core/protocol/budget.ts';
import { Credential } from '#core/protocol/credential.ts';
import { Problem, RunError } from '#core/protocol/errors.ts';
import { AnyEnvelope } from '#core/protocol/event.ts';
import { Item } from '#core/protocol/item.ts';
import { Me } from '#core/protocol/person.ts';
import { Run, Usage } from '#core/protocol/run.ts';
import { MessageInput } from '#core/protocol/socket.ts';
import { Thread } from '#core/protocol/thread.ts';
import { ToolPolicy } from '#core/protocol/tool-policy.ts';
import { UsageTotals } from '#core/protocol/usage.ts';
import { Member, Workspace } from '#core/protocol/workspace.ts';

/** The schemas that have a name of their own in the OpenAPI document; all others stand where they are used. */
export const named = {
  Agent,
  ApprovalDecision,
  Budget,
  BudgetScope,
  Credential,
  EventEnvelope: AnyEnvelope,
  Item,
  Me,
  Member,
  MessageInput,
  ModelPrice,
  ModelSettings,
  Problem,
  Run,
  RunError,
  RunLimits,
  Thread,
  ToolPolicy,
  Usage,
  UsageTotals,
  Workspace,
} satisfies Record<string, z.ZodType>;
