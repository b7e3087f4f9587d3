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
const outputName = (name: EntryName) => (runsInContainer(name) ? 'main.mjs' : 'index.mjs');

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
 * runtime, so the container's bundle holds everything.
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
    entryPoints: [entry],
    outfile: join(directory, outputName(name)),
    ...(isContainer ? {} : { external: ['@aws-sdk/*'] }),
  });
  if (isContainer) copyFileSync(join(root, dirname(entry), 'Dockerfile'), join(directory, 'Dockerfile'));
  return directory;
}

function report(name: EntryName): string {
  const file = join(bundle(name), outputName(name));
  const code = readFileSync(file);
  const kB = (bytes: number) => `${(bytes / 1000).toFixed(0)} kB`.padStart(8);
  return `${name.padEnd(14)}${kB(code.length)}${kB(gzipSync(code).length)} gzip   ${relative(root, file)}`;
}

if (import.meta.main) {
  for (const name of Object.keys(entries) as EntryName[]) console.log(report(name));
}
