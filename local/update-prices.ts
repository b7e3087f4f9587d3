// `npm run prices:update -- 2026-09-23`: writes core/domain/price-list.json anew from the installed @pydantic/genai-prices, which
// is of that day.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { pricesOf } from './price-list.ts';

const file = fileURLToPath(new URL('../core/domain/price-list.json', import.meta.url));
const list = pricesOf(z.iso.date().parse(process.argv[2]));
writeFileSync(file, JSON.stringify(list));
execFileSync('biome', ['format', '--write', file]);
console.log(`${list.prices.length} prices, ${readFileSync(file).length} bytes`);
