import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modelAliases } from './model-catalog.ts';
import { type ChosenModel, chooseModel, settingsProblem } from './model-choice.ts';
import { modelProviderNames, modelProviders } from './model-providers.ts';

function chosen(text: string): ChosenModel {
  const choice = chooseModel(text);
  if (choice.kind !== 'model') throw new Error(choice.message);
  return choice;
}

describe('chooseModel', () => {
  it.each(Object.keys(modelAliases))('resolves the alias %s to a model of the catalogue', (alias) => {
    expect(chosen(alias).id).toBe(modelAliases[alias]);
    expect(chosen(alias).capabilities.tools).toBe(true);
  });

  it.each([
    'openai/gpt-5-mini',
    'openai-chat/gpt-4.1',
    'openai/gpt-5-2025-08-07',
    'anthropic/claude-sonnet-4-5-20250929',
    'anthropic/claude-sonnet-4-20250514',
    'google/gemini-2.5-pro',
    'demo/scripted',
  ])('knows %s', (id) => {
    expect(chosen(id)).toMatchObject({ id, capabilities: { tools: true } });
  });

  it.each([
    'ollama/llama3.2:3b',
    'huggingface/openai/gpt-oss-120b:fireworks-ai',
    'openai-compatible/my/model',
    'azure/our-deployment',
  ])('takes %s by its name, whose provider has models that we cannot know', (id) => {
    expect(chosen(id)).toMatchObject({ id, capabilities: { tools: null, contextWindow: null } });
  });

  it.each([
    ['openai/gpt-5-minni', 'openai/gpt-5-mini'],
    ['anthropic/claude-sonet-4-5', 'anthropic/claude-sonnet-4-5'],
    ['sonet', 'sonnet'],
    ['gpt-5-mini', 'openai/gpt-5-mini'],
    ['antropic/claude-opus-4-5', 'anthropic/claude-opus-4-5'],
    ['demo/script', 'demo/scripted'],
  ])('refuses %s and suggests %s', (text, suggestion) => {
    const choice = chooseModel(text);

    expect(choice).toMatchObject({ kind: 'unknown', message: expect.stringContaining(suggestion) });
    expect(choice.kind === 'unknown' && choice.suggestions).toContain(suggestion);
  });

  it('suggests nothing where nothing looks alike', () => {
    expect(chooseModel('acme/rocket-skates')).toMatchObject({ kind: 'unknown', suggestions: [] });
  });

  it('takes any name of a provider whose models another server has', () => {
    expect(chooseModel('openai/house-model').kind).toBe('unknown');
    expect(chooseModel('openai/house-model', ['openai'])).toMatchObject({ kind: 'model', id: 'openai/house-model' });
    expect(chooseModel('anthropic/house-model', ['openai']).kind).toBe('unknown');
  });

  it('is sure of whatever it is asked, and what it chose it chooses again', () => {
    const providers = fc.constantFrom(...modelProviderNames, 'constructor', '__proto__', '');
    fc.assert(
      fc.property(providers, fc.string(), (provider, name) => {
        const choice = chooseModel(`${provider}/${name}`);
        if (choice.kind === 'model') expect(chooseModel(choice.id)).toEqual(choice);
        else expect(choice.suggestions.length).toBeLessThanOrEqual(3);
      }),
    );
  });
});

describe('settingsProblem', () => {
  it.each([
    ['openai/gpt-5-mini', { temperature: 0.5 }, 'takes no temperature'],
    ['openai/gpt-4o', { reasoningEffort: 'low' }, 'does not reason'],
    ['openai/gpt-4o', { maxOutputTokens: 100_000 }, 'at most 16384'],
  ] as const)('%s with %j %s', (id, settings, problem) => {
    expect(settingsProblem(chosen(id), settings)).toContain(problem);
  });

  it.each([
    ['openai/gpt-5-mini', { reasoningEffort: 'low', maxOutputTokens: 1000 }],
    ['openai/gpt-4o', { temperature: 0.5 }],
    ['ollama/llama3.2', { temperature: 0.5, reasoningEffort: 'high', maxOutputTokens: 200_000 }],
  ] as const)('has nothing against %s with %j', (id, settings) => {
    expect(settingsProblem(chosen(id), settings)).toBeNull();
  });
});

it('says where the key of each provider is kept', () => {
  expect(modelProviders['openai-chat'].credential).toBe('openai');
  expect(modelProviders.demo.credential).toBeNull();
});
