import { useState } from 'react';
import type { Me } from '#core/protocol/person.ts';
import { messageOf } from '../http/call-error.ts';
import { SelectField } from '../kit/field.tsx';
import { Section } from '../kit/page.tsx';
import { toast } from '../kit/toast.tsx';
import { setTheme, Theme, theme } from '../state/theme.ts';
import { useStore } from '../state/use-store.ts';
import { useChangeMe } from './use-change-me.ts';

const zones = Intl.supportedValuesOf('timeZone');
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** How the page looks, and which clock agents go by. Each choice is kept at once. */
export function AppearanceSection({ me }: { readonly me: Me }) {
  const changeMe = useChangeMe();
  const chosenTheme = useStore(theme);
  const [zone, setZone] = useState(me.settings.timezone ?? '');

  const keepZone = (timezone: string | null) =>
    void changeMe({ settings: { timezone } }).catch((error: unknown) => toast.failed(messageOf(error)));

  return (
    <Section title="Appearance and time" text="Kept with your account, for every device.">
      <div className="grid gap-4 sm:grid-cols-2">
        <SelectField
          label="Theme"
          value={chosenTheme}
          data-testid="theme-select"
          onChange={(event) => {
            setTheme(Theme.parse(event.target.value));
          }}
        >
          <option value="system">As on this device</option>
          <option value="light">Light</option>
          <option value="dark">Dark</option>
        </SelectField>
        <SelectField
          label="Time zone"
          hint="Agents go by it when they speak of times."
          value={zone}
          onChange={(event) => {
            setZone(event.target.value);
            keepZone(event.target.value || null);
          }}
        >
          <option value="">As in this browser ({here})</option>
          {zones.map((name) => (
            <option key={name} value={name}>
              {name.replaceAll('_', ' ')}
            </option>
          ))}
        </SelectField>
      </div>
    </Section>
  );
}
