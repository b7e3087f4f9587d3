import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import type { Fault } from './campaign.ts';
import { type ApiPoint, isAt } from './points.ts';

export const parts = ['supabase', 'dynamodb', 'sqs', 's3', 'api'] as const;

/** A part of the platform dies at an event of the conversation, and is back after a while. */
export const crashed = (part: (typeof parts)[number], forMs: number, atSeq = 4): Fault => ({
  kind: `${part} crashed${forMs < 10_000 ? ' for a moment' : ''}`,
  name: `${part} crashed for ${forMs} ms at event ${atSeq}`,
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
        if (seq === atSeq) crashes = crash();
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

/**
 * The API dies just before, or just after, what it does there, and is started again. Before it enqueues is after it has written down
 * what it enqueues: that a run was accepted, or has got its answer.
 */
export const apiKilled = (point: ApiPoint, when: 'before' | 'after', nth: number): Fault => ({
  kind: `API killed ${when} ${point.replace('api ', '')}`,
  name: `API killed ${when} ${point.replace('api ', '')} ${nth}`,
  prepare({ meddle, stack }, tell) {
    let seen = 0;
    let restarted: Promise<void> | undefined;
    meddle((_pid, place, passing) => {
      if (!isAt(point, place, passing)) return { kind: 'pass' };
      seen += 1;
      if (seen !== nth) return { kind: 'pass' };
      const act = () => {
        tell();
        const { api } = stack.parts;
        restarted = api.crash().then(() => api.restart());
      };
      return when === 'before' ? { kind: 'before', act, lost: true } : { kind: 'after', act };
    });
    return { undo: () => restarted };
  },
});
