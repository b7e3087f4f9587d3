// `npm test`: everything that is to hold before a change is trusted, one line per step, and what failed in full.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';

const root = fileURLToPath(new URL('..', import.meta.url));
const reports = mkdtempSync(join(tmpdir(), 'troupe-reports-'));

const Report = z.object({ numPassedTests: z.number(), numFailedTests: z.number(), numFailedTestSuites: z.number() });

interface Step {
  readonly name: string;
  readonly command: readonly string[];
}

const bin = (name: string) => join(root, 'node_modules', '.bin', name);
const vitest = (project: string): Step => ({
  name: `${project} tests`,
  command: [
    bin('vitest'),
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${reportFile(project)}`,
  ],
});
const reportFile = (project: string) => join(reports, `${project}.json`);

const projects = ['unit', 'stack', 'browser'] as const;
const steps: readonly Step[] = [
  { name: 'format and lint', command: [bin('biome'), 'check', '--error-on-warnings', '.'] },
  { name: 'types', command: [bin('tsc'), '--noEmit', '-p', 'tsconfig.json'] },
  { name: 'types of the web client', command: [bin('tsc'), '--noEmit', '-p', 'frontend/tsconfig.json'] },
  { name: 'unused code', command: [bin('knip')] },
  ...projects.map(vitest),
];

async function run({ name, command: [program = '', ...args] }: Step): Promise<boolean> {
  const startedMs = performance.now();
  const child = spawn(program, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, FORCE_COLOR: '0' },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const [code] = await once(child, 'close');
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(0);
  console.log(`${code === 0 ? '✓' : '✗'} ${name} (${seconds} s)`);
  if (code !== 0) console.log(output);
  return code === 0;
}

let failedSteps = 0;
for (const step of steps) if (!(await run(step))) failedSteps += 1;

let passed = 0;
let failed = 0;
for (const project of projects) {
  const report = Report.parse(JSON.parse(readFileSync(reportFile(project), 'utf8')));
  passed += report.numPassedTests;
  failed += report.numFailedTests;
}
rmSync(reports, { recursive: true, force: true });

console.log(`\n${passed} passed, ${Math.max(failed, failedSteps)} failed`);
process.exit(failedSteps > 0 || failed > 0 || passed === 0 ? 1 : 0);
