import { StartError } from './state.ts';

/** What the agents of this machine think with, and why: said once at the start, never changed behind anybody's back. */
export interface ChosenModel {
  readonly defaultModel: string;
  readonly note: string;
  readonly env: Record<string, string>;
}

type Env = Readonly<Record<string, string | undefined>>;
type Fetch = typeof fetch;

const openaiBaseUrl = 'https://api.openai.com/v1';
const ollamaBaseUrl = 'http://127.0.0.1:11434/v1';

/**
 * Chooses by what is there: DEFAULT_MODEL if it is set, else OpenAI if there is a key, else an Ollama that runs, else the
 * scripted demo. A key that is refused or missing stops the start: better than a chat that fails at its first message.
 */
export async function chooseModel(env: Env, request: Fetch = fetch): Promise<ChosenModel> {
  const wanted = env['DEFAULT_MODEL'];
  if (wanted?.startsWith('openai') || (!wanted && env['OPENAI_API_KEY'])) return openai(env, wanted, request);
  if (wanted?.startsWith('demo/')) return demo(wanted);
  const ollama = env['OLLAMA_BASE_URL'] ?? ollamaBaseUrl;
  const models = await ollamaModels(ollama, request);
  const first = wanted?.startsWith('ollama/') ? wanted : models?.[0] && `ollama/${models[0]}`;
  if (first) {
    if (!models)
      throw new StartError(
        `DEFAULT_MODEL is ${first}, but no Ollama answers at ${ollama}. Start it, or unset DEFAULT_MODEL.`,
      );
    return { defaultModel: first, note: `${first}, at ${ollama}`, env: { OLLAMA_BASE_URL: ollama } };
  }
  if (wanted)
    throw new StartError(
      `DEFAULT_MODEL is "${wanted}". Models are named provider/model; the providers are openai, openai-chat, ollama and demo.`,
    );
  return demo('demo/scripted');
}

const demo = (defaultModel: string): ChosenModel => ({
  defaultModel,
  note: `${defaultModel}: a script, not an AI. Set OPENAI_API_KEY or start Ollama to talk to a real model`,
  env: {},
});

async function openai(env: Env, wanted: string | undefined, request: Fetch): Promise<ChosenModel> {
  const key = env['OPENAI_API_KEY'];
  const baseUrl = env['OPENAI_BASE_URL'] ?? openaiBaseUrl;
  const defaultModel = wanted ?? 'openai/gpt-5-mini';
  if (!key)
    throw new StartError(
      `DEFAULT_MODEL is ${defaultModel}, but OPENAI_API_KEY is not set. Set it, or unset DEFAULT_MODEL.`,
    );
  const answer = await request(`${baseUrl}/models`, {
    headers: { authorization: `Bearer ${key}` },
    signal: AbortSignal.timeout(5_000),
  }).catch((cause: unknown) => {
    throw new StartError(
      `No model server answers at ${baseUrl}. Check OPENAI_BASE_URL and the network, or unset OPENAI_API_KEY.`,
      { cause },
    );
  });
  if (answer.status === 401 || answer.status === 403) {
    throw new StartError(
      `${baseUrl} refuses OPENAI_API_KEY (HTTP ${answer.status}). Correct it, or unset it to start with the scripted demo.`,
    );
  }
  return {
    defaultModel,
    note: `${defaultModel}, at ${baseUrl}`,
    env: { OPENAI_API_KEY: key, OPENAI_BASE_URL: baseUrl },
  };
}

/** The models of a running Ollama; null when none runs. */
async function ollamaModels(baseUrl: string, request: Fetch): Promise<string[] | null> {
  try {
    const answer = await request(`${baseUrl}/models`, { signal: AbortSignal.timeout(500) });
    const body: unknown = await answer.json();
    if (typeof body !== 'object' || body === null || !('data' in body) || !Array.isArray(body.data)) return null;
    return body.data.flatMap((model: unknown) =>
      typeof model === 'object' && model !== null && 'id' in model && typeof model.id === 'string' ? [model.id] : [],
    );
  } catch {
    // Nobody listens: that is the normal case, and what null says.
    return null;
  }
}
