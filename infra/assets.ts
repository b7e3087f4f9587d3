import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bundle, type EntryName } from './bundle.ts';

/** The directories that stacks upload. Tests pass their own, so that they bundle nothing. */
export interface Assets {
  /** The bundle of one program: `index.mjs` of a Lambda, or an image's build context. */
  program(name: EntryName): string;
  /** The built web client. */
  web(): string;
}

const builtWeb = join(import.meta.dirname, '..', 'dist', 'web');
const placeholderWeb = join(import.meta.dirname, 'placeholder-web');

export const isWebBuilt = (): boolean => existsSync(join(builtWeb, 'index.html'));

/** What is deployed: everything must be there. */
export function createAssets(): Assets {
  return {
    program: bundle,
    web: () => {
      if (isWebBuilt()) return builtWeb;
      throw new Error('The web client is not built: dist/web/index.html is missing. Run "npm run build:web" first.');
    },
  };
}

/** The same for a synthesis that nobody deploys: a page that says so stands for a web client that was not built. */
export const createTrialAssets = (): Assets => ({
  program: bundle,
  web: () => (isWebBuilt() ? builtWeb : placeholderWeb),
});
