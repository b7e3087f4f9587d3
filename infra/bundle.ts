import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, buildSync } from 'esbuild';

const root = join(import.meta.dirname, '..');
const output = join(root, 'dist');

/** Where every program of the platform begins. */
export const entries = {
  api: 'functions/api/lambda.ts',
  socket: 'functions/socket/lambda.ts',
  sweep: 'functions/sweep/lambda.ts',
  'dead-letters': 'functions/dead-letters/lambda.ts',
  agent: 'containers/agent/main.ts',
} as const;
export type EntryName = keyof typeof entries;

const runsInContainer = (name: EntryName) => entries[name].startsWith('containers/');
const outputName = (name: EntryName) => (runsInContainer(name) ? 'main' : 'index');

const shared: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  // ES modules where a package has both, because unused parts of those can be left out.
  mainFields: ['module', 'main'],
  minify: true,
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'none',
  logLevel: 'silent',
  // CommonJS packages inside an ES module still ask for `require`.
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
};

/**
 * Bundles one program into `dist/<name>` and returns that directory: all that its Lambda or image will contain. The same
 * sources give the same bytes, so an unchanged program is not deployed again.
 *
 * Lambdas leave out `@aws-sdk/*`: their runtime has it, and a bundle a third as large starts sooner. An image has no such
 * runtime, so the container's bundle holds everything. What a Lambda imports only when it is needed is a file of
 * its own there, which its start does not load.
 */
export function bundle(name: EntryName): string {
  const entry = entries[name];
  if (!existsSync(join(root, entry))) throw new Error(`${entry} does not exist, so ${name} cannot be bundled.`);
  const isContainer = runsInContainer(name);
  const directory = join(output, name);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  buildSync({
    ...shared,
    entryPoints: { [outputName(name)]: entry },
    outdir: directory,
    outExtension: { '.js': '.mjs' },
    ...(isContainer ? {} : { external: ['@aws-sdk/*'], splitting: true }),
  });
  if (isContainer) copyFileSync(join(root, dirname(entry), 'Dockerfile'), join(directory, 'Dockerfile'));
  return directory;
}

/** All code that a bundle loads when it starts: its entry, and what that imports at once. */
export function codeAtStart(name: EntryName, directory: string): Buffer {
  const files = new Set([`${outputName(name)}.mjs`]);
  for (const file of files) {
    const code = readFileSync(join(directory, file), 'utf8');
    for (const [, imported] of code.matchAll(/\b(?:from|import)"\.\/([^"]+\.mjs)"/g)) if (imported) files.add(imported);
  }
  return Buffer.concat([...files].map((file) => readFileSync(join(directory, file))));
}

function report(name: EntryName): string {
  const directory = bundle(name);
  const code = codeAtStart(name, directory);
  const kB = (bytes: number) => `${(bytes / 1000).toFixed(0)} kB`.padStart(8);
  return `${name.padEnd(14)}${kB(code.length)}${kB(gzipSync(code).length)} gzip   ${relative(root, directory)}`;
}

if (import.meta.main) {
  for (const name of Object.keys(entries) as EntryName[]) console.log(report(name));
}
