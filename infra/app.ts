import { createAssets } from './assets.ts';
import { addStacks, createApp } from './create-app.ts';
import { type Environment, parseEnvironment, refusePlaceholders, settingNames } from './environments.ts';

/**
 * What the CDK command line runs: `cdk deploy --all -c env=dev -c supabaseUrl=… -c supabaseKey=…`. Settings may also stand
 * under the environment's name in the context of cdk.json.
 */
const app = createApp();
const name: unknown = app.node.tryGetContext('env');
const kept: unknown = typeof name === 'string' ? app.node.tryGetContext(name) : undefined;
const given = settingNames.map((setting): [string, unknown] => [setting, app.node.tryGetContext(setting)]);

const environment = settingsOrExit();
if (environment) {
  addStacks(app, environment, createAssets());
  app.synth();
}

/** Wrong settings are for the one who deploys to read: a sentence, and no stack trace. */
function settingsOrExit(): Environment | undefined {
  try {
    const parsed = parseEnvironment(name, {
      ...(typeof kept === 'object' && kept),
      ...Object.fromEntries(given.filter(([, value]) => value !== undefined && value !== '')),
    });
    refusePlaceholders(parsed);
    return parsed;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    console.error(error.message);
    process.exitCode = 1;
    return undefined;
  }
}
