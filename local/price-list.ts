// The list prices of the providers that we know by name, from @pydantic/genai-prices (MIT), which follows their pages.
import { readFileSync } from 'node:fs';
import { findProvider } from '@pydantic/genai-prices';
import * as z from 'zod';

type Model = NonNullable<ReturnType<typeof findProvider>>['models'][number];

const Rate = z.union([
  z.number().transform((base) => ({ base, tiers: [] })),
  z.object({ base: z.number(), tiers: z.array(z.object({ start: z.number(), price: z.number() })).max(1) }),
]);
const TextPrices = z.object({ input_mtok: Rate, output_mtok: Rate, cache_read_mtok: Rate.optional() });
const Dated = z.union([
  z.array(
    z.object({
      constraint: z.object({ type: z.literal('start_date'), start_date: z.iso.date() }).optional(),
      prices: TextPrices,
    }),
  ),
  TextPrices.transform((prices) => [{ prices, constraint: undefined }]),
]);

/** What we do not run: they read or write something else than text. */
const otherMedia = /audio|realtime|tts|image|transcribe|embedding|vision|live|omni|whisper|moderation/;
const ours = {
  openai: /^(gpt-|o\d|codex|chatgpt|computer)/,
  anthropic: /^claude-/,
  google: /^gem(ini|ma)-/,
} as const;

/** All prices as core/domain/price-list.json holds them. Only names that the source gives in full: no prefixes, no patterns. */
export function pricesOf(asOf: string) {
  const { devDependencies } = z
    .object({ devDependencies: z.object({ '@pydantic/genai-prices': z.string() }) })
    .parse(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')));
  const prices = Object.entries(ours).flatMap(([provider, names]) =>
    (findProvider({ providerId: provider })?.models ?? [])
      .flatMap((model) => namesOf(model).map((name) => ({ name, model })))
      .filter(({ name }) => names.test(name) && !otherMedia.test(name) && !name.includes(':'))
      .flatMap(({ name, model }) => entriesOf(`${provider}/${name}`, model.prices)),
  );
  return {
    source: `https://github.com/pydantic/genai-prices ${devDependencies['@pydantic/genai-prices']}, which reads the providers' price pages`,
    asOf,
    prices: prices.toSorted((a, b) => a.model.localeCompare(b.model) || order(a.validFrom, b.validFrom)),
  };
}

const order = (a: string | null, b: string | null) => (a ?? '').localeCompare(b ?? '');

const Match = z.object({ equals: z.string() });

/** The model's own name, and others by which the provider takes it. */
function namesOf({ id, match }: Model): string[] {
  const clauses: unknown[] = 'or' in match ? match.or : [match];
  const equal = clauses.flatMap((clause) => Match.safeParse(clause).data?.equals ?? []);
  return [...new Set([id, ...equal])];
}

function entriesOf(model: string, given: unknown) {
  const dated = Dated.safeParse(given).data ?? [];
  return dated.map(({ constraint, prices: { input_mtok, output_mtok, cache_read_mtok = input_mtok } }) => {
    const [tier] = input_mtok.tiers;
    return {
      model,
      validFrom: constraint?.start_date ?? null,
      input: input_mtok.base,
      cachedInput: cache_read_mtok.base,
      output: output_mtok.base,
      ...(tier && {
        above: {
          inputTokens: tier.start,
          input: tier.price,
          cachedInput: cache_read_mtok.tiers[0]?.price ?? cache_read_mtok.base,
          output: output_mtok.tiers[0]?.price ?? output_mtok.base,
        },
      }),
    };
  });
}
