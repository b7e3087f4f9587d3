// `npm run api:summaries`: what the OpenAPI document says of each route, anew from docs/api.md.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { routeSummaries } from './route-summaries.ts';

const file = fileURLToPath(new URL('../functions/api/route-summaries.json', import.meta.url));
writeFileSync(file, JSON.stringify(routeSummaries(), null, 2));
execFileSync('biome', ['format', '--write', file]);
