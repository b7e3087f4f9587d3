import type { TestProject } from 'vitest/node';
import { buildWeb, webFolder } from '#local/web/build-web.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';

/** Where the platform is that the browser tests share, and what its keys are. */
export type World = Pick<TestStack, 'url' | 'supabaseUrl' | 'publishableKey' | 'secretKey' | 'jwtSecret'>;

declare module 'vitest' {
  export interface ProvidedContext {
    world: World;
  }
}

/**
 * One platform for all browser tests but those that break it: a start costs as much as several tests. People do not see each
 * other unless they join, so what one test does is no business of another as long as each signs up people of its own.
 */
export default async function start(project: TestProject): Promise<() => Promise<void>> {
  await buildWeb();
  const stack = await startTestStack({
    webFolder,
    workerEnv: { DEMO_TOKENS_PER_SECOND: '120', MODEL_TRIES: '2' },
    // Every test after that would fail for a reason that it cannot see.
    onPartEnded: (part, how) => console.error(`The ${part} of the browser tests' platform has ended: ${how}.`),
  });
  const { url, supabaseUrl, publishableKey, secretKey, jwtSecret } = stack;
  project.provide('world', { url, supabaseUrl, publishableKey, secretKey, jwtSecret });
  return () => stack.stop();
}
