import { createServer } from 'node:net';
import { StartError } from './state.ts';

/** The ports of the parts. */
export interface Ports {
  api: number;
  supabase: number;
  sqs: number;
  dynamodb: number;
  ecs: number;
  s3: number;
  mailbox: number;
}

/** The ports of the parts. The gateway's must be known before the others start, so a free one is looked for when asked. */
export async function choosePorts(port: number): Promise<Ports> {
  if (port === 0) return { api: await freePort(), supabase: 0, sqs: 0, dynamodb: 0, ecs: 0, s3: 0, mailbox: 0 };
  const ports = {
    api: port,
    supabase: port + 1,
    sqs: port + 2,
    dynamodb: port + 3,
    ecs: port + 4,
    s3: port + 5,
    mailbox: port + 6,
  };
  for (const [part, wanted] of Object.entries(ports)) {
    if (!(await isFree(wanted))) {
      throw new StartError(
        `Port ${wanted} (for ${part}) is used by another program. Stop it, or choose other ports: npm start -- --port ${port + 100}`,
      );
    }
  }
  return ports;
}

function listenOn(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer().once('error', () => resolve(null));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : null));
    });
  });
}

const isFree = async (port: number): Promise<boolean> => (await listenOn(port)) !== null;

async function freePort(): Promise<number> {
  const port = await listenOn(0);
  if (port === null) throw new StartError('There is no free port on this machine.');
  return port;
}
