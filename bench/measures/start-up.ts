import { rmSync } from 'node:fs';
import { startStack } from '#local/stack.ts';
import { newFolder, newKeys } from '../platform.ts';
import type { Section } from '../report.ts';
import { median } from '../statistics.ts';

const rounds = 3;

/** How long the platform takes until every part of it answers: with a fresh folder, and with one from an earlier start. */
export async function measureStartUp(): Promise<Section> {
  const cold: number[] = [];
  const warm: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const folder = newFolder();
    const keys = newKeys();
    cold.push(await secondsToStart(folder, keys));
    warm.push(await secondsToStart(folder, keys));
    rmSync(folder, { recursive: true, force: true });
  }
  const note = `median of ${rounds}`;
  return {
    title: 'Time to ready on one machine (without the web client)',
    figures: [
      { name: 'cold: a fresh folder', value: median(cold), unit: 's', note },
      { name: 'warm: a folder from an earlier start', value: median(warm), unit: 's', note, target: { atMost: 12 } },
    ],
  };
}

async function secondsToStart(folder: string, keys: ReturnType<typeof newKeys>): Promise<number> {
  const startedMs = performance.now();
  const stack = await startStack({ folder, keys, port: 0 });
  const seconds = (performance.now() - startedMs) / 1000;
  await stack.stop();
  return seconds;
}
