import { rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { AwsSolutionsChecks } from 'cdk-nag';
import { createTrialAssets, isWebBuilt } from './assets.ts';
import { addStacks, createApp } from './create-app.ts';
import { type EnvironmentName, parseEnvironment, placeholders } from './environments.ts';

/** Synthesises every environment with placeholders: offline, without an account, without Docker. Nothing of it can be deployed. */
const root = join(import.meta.dirname, '..');
const environments: readonly EnvironmentName[] = ['dev', 'staging', 'prod'];

if (!isWebBuilt())
  console.log('The web client is not built, so a placeholder page takes its place (npm run build:web).');

const assets = createTrialAssets();
const programs = new Map<string, string>();
const bundledOnce = {
  ...assets,
  program: (name: Parameters<typeof assets.program>[0]) => {
    const directory = programs.get(name) ?? assets.program(name);
    programs.set(name, directory);
    return directory;
  },
};

for (const name of environments) {
  const started = performance.now();
  const outdir = join(root, 'cdk.out', name);
  rmSync(outdir, { recursive: true, force: true });
  const app = createApp(outdir);
  addStacks(app, parseEnvironment(name, placeholders), bundledOnce);
  const { stacks } = app.synth();
  const resources = stacks.flatMap((stack) => Object.keys(stack.template.Resources ?? {})).length;
  const findings = new AwsSolutionsChecks(app).validateScope(app).violations.length;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(
    `${name.padEnd(8)} ${stacks.length} stacks, ${resources} resources, ${findings} findings of cdk-nag, ${seconds} s  ${relative(root, outdir)}`,
  );
}
