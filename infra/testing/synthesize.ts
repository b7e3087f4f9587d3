import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import type { Assets } from '../assets.ts';
import { addStacks, createApp } from '../create-app.ts';
import { type EnvironmentName, parseEnvironment, placeholders } from '../environments.ts';

const Template = z.object({
  Resources: z
    .record(
      z.string(),
      z.object({
        Type: z.string(),
        Properties: z.record(z.string(), z.unknown()).default({}),
        DeletionPolicy: z.string().optional(),
      }),
    )
    .default({}),
});

export interface TemplateResource {
  readonly id: string;
  readonly stack: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly deletionPolicy: string | undefined;
}

export interface Synthesis {
  readonly resources: readonly TemplateResource[];
  /** Those of one type: `AWS::SQS::Queue`. */
  of(type: string): TemplateResource[];
}

/**
 * Synthesises an environment as `npm run synth` does, with empty programs instead of bundles. Throws when cdk-nag has a
 * finding that nobody has acknowledged.
 */
export function synthesize(name: EnvironmentName, settings: Record<string, unknown> = {}): Synthesis {
  const directory = mkdtempSync(join(tmpdir(), 'troupe-synth-'));
  try {
    const app = createApp(join(directory, 'out'));
    addStacks(app, parseEnvironment(name, { ...placeholders, ...settings }), emptyAssets(directory));
    const resources = app.synth().stacks.flatMap(({ stackName, template }) =>
      Object.entries(Template.parse(template).Resources).map(([id, { Type, Properties, DeletionPolicy }]) => ({
        id,
        stack: stackName,
        type: Type,
        properties: Properties,
        deletionPolicy: DeletionPolicy,
      })),
    );
    return { resources, of: (type) => resources.filter((resource) => resource.type === type) };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function emptyAssets(directory: string): Assets {
  const folder = (name: string, ...files: string[]) => {
    const path = join(directory, name);
    mkdirSync(path, { recursive: true });
    for (const file of files) writeFileSync(join(path, file), name);
    return path;
  };
  return {
    program: (name) => folder(name, 'index.mjs', 'Dockerfile'),
    web: () => folder('web', 'index.html'),
  };
}
