import { describe, expect, it } from 'vitest';
import { compileRouteSelection } from './route-selection.ts';

describe('compileRouteSelection', () => {
  it('reads the selected property of a JSON body', () => {
    expect(compileRouteSelection('$request.body.type')('{"type":"ping"}')).toBe('ping');
    expect(compileRouteSelection('$request.body.meta.action')('{"meta":{"action":"a"}}')).toBe('a');
  });

  it.each(['', 'not json', '[]', 'null', '{}', '{"type":{}}', '{"type":null}'])('sends %j to $default', (body) => {
    expect(compileRouteSelection('$request.body.type')(body)).toBe('$default');
  });

  it('refuses an expression it cannot evaluate', () => {
    expect(() => compileRouteSelection('$request.header.x')).toThrow('route selection expression');
  });
});
