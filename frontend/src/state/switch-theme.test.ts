import { describe, expect, it } from 'vitest';
import { themeCall, themeIn } from './switch-theme.ts';

describe('themeIn', () => {
  it.each([
    ['light', 'light'],
    ['Light mode, please', 'light'],
    ['make it brighter', 'light'],
    ['dark', 'dark'],
    ['night mode', 'dark'],
    ['NIGHT-MODE', 'dark'],
    ['whatever my system has', 'system'],
    ['auto', 'system'],
  ])('understands "%s"', (text, theme) => {
    expect(themeIn(text)).toBe(theme);
  });

  it.each([['pink'], [''], ['dark or light'], ['not dark'], ["I don't want light"], ['nightingale']])(
    'does not guess what "%s" means',
    (text) => {
      expect(themeIn(text)).toBeNull();
    },
  );
});

describe('themeCall', () => {
  it('gives the model a reason that it can act on', () => {
    expect(themeCall({ theme: 'pink' })).toEqual({
      error: 'There is no theme "pink". There are light, dark and system (as the device has it).',
    });
    expect(themeCall({ colour: 'dark' })).toEqual({ error: 'Give {"theme": "light" | "dark" | "system"}.' });
  });
});
