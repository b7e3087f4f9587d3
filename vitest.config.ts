import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const sources = ['core', 'adapters', 'functions', 'containers', 'local', 'infra', 'frontend', 'supabase', 'tests'];

/** What takes longest is begun first: begun last, it would keep one of two cores waiting. */
class LongestFirst extends BaseSequencer {
  static readonly longest = ['faults', 'routes', 'recovery', 'rolling-restart', 'runs.browser'];

  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = LongestFirst.longest.findIndex((name) => moduleId.includes(`/${name}.`));
      return at < 0 ? LongestFirst.longest.length : at;
    };
    return (await super.sort(files)).sort((one, other) => rank(one) - rank(other));
  }
}

/**
 * unit: everything beside its file; no process is started.
 * stack: tests that start the stand-ins or the whole local stack (real Postgres, real sockets, real processes).
 * browser: the web client in Chromium on the local stack.
 */
export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: sources.map((folder) => `${folder}/**/*.test.{ts,tsx}`),
          exclude: ['**/node_modules/**', '**/*.stack.test.ts', '**/*.browser.test.ts'],
          setupFiles: ['tests/setup/no-output.ts'],
          // Files share their imports, which are half of the CPU time; so a test leaves nothing behind in a module or a global.
          isolate: false,
          pool: 'threads',
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'stack',
          include: sources.map((folder) => `${folder}/**/*.stack.test.ts`),
          testTimeout: 60_000,
          hookTimeout: 90_000,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'browser',
          // A page may take its time; what never comes fails all the same.
          expect: { poll: { timeout: 15_000 } },
          include: ['tests/**/*.browser.test.ts'],
          globalSetup: ['tests/setup/browser-world.ts'],
          testTimeout: 90_000,
          hookTimeout: 120_000,
          // Pages wait for as long as they work.
          maxWorkers: 3,
        },
      },
    ],
  },
});
