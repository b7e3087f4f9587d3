import { App, Tags, Validations } from 'aws-cdk-lib';
import featureFlags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import { AwsSolutionsChecks } from 'cdk-nag';
import type { Assets } from './assets.ts';
import type { Environment } from './environments.ts';
import { ApiStack } from './stacks/api-stack.ts';
import { DataStack } from './stacks/data-stack.ts';
import { NetworkStack } from './stacks/network-stack.ts';
import { ObservabilityStack } from './stacks/observability-stack.ts';
import { WebStack } from './stacks/web-stack.ts';
import { WorkerStack } from './stacks/worker-stack.ts';

/** An empty app. `outdir` is where it will be written; the CDK command line has its own. */
export function createApp(outdir?: string): App {
  const app = new App({ ...(outdir && { outdir }), context: featureFlags, analyticsReporting: false });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return app;
}

/** The whole platform of one environment, as stacks that name neither an account nor a region: they go where the credentials lead. */
export function addStacks(app: App, environment: Environment, assets: Assets) {
  const id = (part: string) => `troupe-${environment.name}-${part}`;
  const data = new DataStack(app, id('data'), environment);
  const network = new NetworkStack(app, id('network'));
  const api = new ApiStack(app, id('api'), { environment, assets, data });
  const worker = new WorkerStack(app, id('worker'), { environment, assets, data, network, api });
  const web = new WebStack(app, id('web'), { environment, assets, api });
  const observability = new ObservabilityStack(app, id('observability'), { environment, data, api, worker });
  Tags.of(app).add('app', 'troupe');
  Tags.of(app).add('environment', environment.name);
  return { data, network, api, worker, web, observability };
}
