import { describe, expect, it } from 'vitest';
import { parseEnvironment, placeholders, refusePlaceholders } from './environments.ts';

const real = { supabaseUrl: 'https://abc.supabase.co', supabaseKey: 'sb_publishable_x' };

describe('parseEnvironment', () => {
  it.each([undefined, 'production', 7])('refuses %s, which is no environment', (name) => {
    expect(() => parseEnvironment(name, real)).toThrow(/-c env=dev\|staging\|prod/);
  });

  it('names all settings that are missing or wrong at once', () => {
    const given = { supabaseUrl: 'http://abc.supabase.co', minTasks: 'two' };

    expect(() => parseEnvironment('prod', given)).toThrow(/supabaseUrl[\s\S]*supabaseKey[\s\S]*minTasks/);
  });

  it('takes settings as the command line gives them', () => {
    const given = { ...real, openai: 'true', useSpot: 'false', maxTasks: '5', allowedOrigins: 'https://a.example' };

    const environment = parseEnvironment('dev', given);

    expect(environment).toMatchObject({ name: 'dev', openai: true, useSpot: false, maxTasks: 5 });
    expect(environment.allowedOrigins).toEqual(['https://a.example']);
  });

  it('wants a certificate for a domain', () => {
    expect(() => parseEnvironment('dev', { ...real, domainName: 'troupe.example' })).toThrow(/certificateArn/);
  });

  it('refuses settings that do not exist', () => {
    expect(() => parseEnvironment('dev', { ...real, minTask: 1 })).toThrow(/minTask/);
  });

  it('refuses fewer tasks at most than at least', () => {
    expect(() => parseEnvironment('dev', { ...real, minTasks: 3 })).toThrow(/maxTasks/);
  });
});

describe('refusePlaceholders', () => {
  it('lets a real project through', () => {
    expect(() => refusePlaceholders(parseEnvironment('dev', real))).not.toThrow();
  });

  it.each([
    { ...real, supabaseUrl: placeholders.supabaseUrl },
    { ...real, supabaseKey: placeholders.supabaseKey },
  ])('refuses to deploy a placeholder', (given) => {
    expect(() => refusePlaceholders(parseEnvironment('dev', given))).toThrow(/npm run synth/);
  });
});
