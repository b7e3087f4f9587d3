import type { Platform } from '../platform.ts';
import type { Figure, Section } from '../report.ts';
import { listsSql, sizes } from '../seed/lists.ts';
import { fillLiveRuns } from '../seed/live-runs.ts';
import { numberedId } from '../seed/numbered-id.ts';
import { withSeededPlatform } from '../seed/seeded.ts';
import { median } from '../statistics.ts';

const warmUp = 5;
const samples = 15;
/** A page of the longest list may take so many times what a page of the shortest takes. Its rows are five times as many. */
const flat = 3;

/** The first page of each list, by its path. */
const lists: Readonly<Record<string, (workspaceId: string) => string>> = {
  threads: (id) => `/v1/threads?workspaceId=${id}&limit=50`,
  agents: (id) => `/v1/agents?workspaceId=${id}&limit=50`,
  members: (id) => `/v1/workspaces/${id}/members?limit=50`,
  audit: (id) => `/v1/workspaces/${id}/audit?limit=50`,
  'usage by day': (id) => `/v1/workspaces/${id}/usage?by=day&limit=50&${usageDays()}`,
  'usage by thread': (id) => `/v1/workspaces/${id}/usage?by=thread&limit=50&${thisMonth()}`,
  'runs that have ended': (id) => `/v1/runs?workspaceId=${id}&status=ended&limit=50`,
  'live runs': (id) => `/v1/runs?workspaceId=${id}&limit=50`,
  approvals: (id) => `/v1/approvals?workspaceId=${id}&limit=50`,
};

/** How long a page of each list takes, by how many rows it has. */
export function measureLists(): Promise<Section> {
  return withSeededPlatform(listsSql, async (platform, { userId, token }) => {
    for (const { place, liveRuns } of sizes) await fillLiveRuns(platform, { place, count: liveRuns, userId });
    const figures: Figure[] = [];
    for (const [name, path] of Object.entries(lists)) figures.push(...(await measureList(platform, token, name, path)));
    return { title: 'Lists: a page of 50 over HTTP, by the rows of the workspace', figures };
  });
}

async function measureList(
  { stack }: Platform,
  token: string,
  name: string,
  path: (workspaceId: string) => string,
): Promise<Figure[]> {
  const times = sizes.map((): number[] => []);
  // In turns, so that what else the machine does strikes all alike.
  for (let round = 0; round < warmUp + samples; round += 1) {
    for (const [index, { place }] of sizes.entries()) {
      const startedMs = performance.now();
      await getPage(new URL(path(numberedId('wsp', place)), stack.url), token);
      if (round >= warmUp) times[index]?.push(performance.now() - startedMs);
    }
  }
  const medians = times.map(median);
  const [shortest = Number.NaN] = medians;
  const longest = medians.at(-1) ?? Number.NaN;
  const ofSizes = sizes.map(({ rows }, index) => `${rows}: ${(medians[index] ?? Number.NaN).toFixed(1)} ms`).join(', ');
  return [
    {
      name: `${name}: longest over shortest`,
      value: longest / shortest,
      unit: '×',
      note: ofSizes,
      target: { atMost: flat },
    },
  ];
}

async function getPage(url: URL, token: string): Promise<void> {
  const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${url.pathname} answered ${answer.status}: ${text}`);
  if (text.startsWith('{"data":[]')) throw new Error(`${url} is empty`);
}

/** Threads are listed by the month; see docs/cost.md. */
function thisMonth(): string {
  const today = new Date().toISOString().slice(0, 10);
  return `from=${today.slice(0, 8)}01&to=${today}`;
}

/** The days that the seed is spread over. */
function usageDays(): string {
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  return `from=${day(Date.now() - 30 * 86_400_000)}&to=${day(Date.now())}`;
}
