import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import type { Fault } from './campaign.ts';

export const parts = ['supabase', 'dynamodb', 'sqs', 's3', 'api'] as const;

/** A part of the platform dies when the conversation has begun, and is back after a while. */
export const crashed = (part: (typeof parts)[number], forMs: number): Fault => ({
  kind: `${part} crashed`,
  name: `${part} crashed for ${forMs} ms`,
  prepare({ stack }, tell) {
    const crash = async () => {
      const crashing = stack.parts[part];
      if (!crashing) throw new Error(`there is no ${part} in this stack`);
      await crashing.crash();
      tell();
      await delay(forMs);
      await crashing.restart();
    };
    let crashes: Promise<void> | undefined;
    return {
      onEvent: (seq) => {
        if (seq === 4) crashes = crash();
        return false;
      },
      undo: () => crashes,
    };
  },
});

/**
 * Whatever is put into the queue (a run that was accepted, answered or woken, or that the sweep found) is handed to two workers at the
 * same time, as no FIFO queue should do.
 */
export const deliveredTwice: Fault = {
  kind: 'delivered twice',
  name: 'each message delivered to two workers at once',
  prepare(world, tell) {
    const sent: Promise<void>[] = [];
    world.meddle((_pid, _place, { operation, body }) => {
      if (operation === 'SendMessage') sent.push(world.sendAgain(Sent.parse(JSON.parse(body)).MessageBody).then(tell));
      return { kind: 'pass' };
    });
    return { undo: async () => void (await Promise.all(sent)) };
  },
};

/** A request to SQS, as far as it matters here. */
const Sent = z.object({ MessageBody: z.string() });

/** The queue never hears that a message was handled, and hands it out again; every second time it does. */
export const deletesLost: Fault = {
  kind: 'delivered again',
  name: 'each message delivered again after it was handled',
  prepare(world, tell) {
    let seen = 0;
    world.meddle((_pid, place, { operation }) => {
      if (place !== 'sqs' || operation !== 'DeleteMessage') return { kind: 'pass' };
      seen += 1;
      if (seen % 2 === 0) return { kind: 'pass' };
      tell();
      return { kind: 'answer', status: 200, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: '{}' };
    });
    return {};
  },
};

/** The API dies when a run is written down and not yet queued. */
export const apiKilledBeforeQueueing: Fault = {
  kind: 'API killed before queueing',
  name: 'the API killed between write and enqueue',
  prepare(world, tell) {
    let restarted: Promise<void> | undefined;
    world.meddle((_pid, place, { operation }) => {
      if (place !== 'api sqs' || operation !== 'SendMessage' || restarted) return { kind: 'pass' };
      const act = () => {
        tell();
        const { api } = world.stack.parts;
        restarted = api.crash().then(() => api.restart());
      };
      return { kind: 'before', act, lost: true };
    });
    return { undo: () => restarted };
  },
};
