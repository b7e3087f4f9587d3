import { createHash } from 'node:crypto';
import { idOfRun } from '#core/domain/ids.ts';
import type { ApprovalId, ItemId, RunId } from '#core/protocol/ids.ts';

const digest = (text: string): Uint8Array => createHash('sha256').update(text).digest();

/** The item that a key of the agent runner stands for: the same in every attempt of the run. */
export const itemIdOf = (runId: RunId, key: string): ItemId => idOfRun('itm', runId, digest(`${runId} item ${key}`));

export const approvalIdOf = (runId: RunId, key: string): ApprovalId =>
  idOfRun('apr', runId, digest(`${runId} approval ${key}`));

export const hashOfText = (text: string): string => createHash('sha256').update(text).digest('base64url');
