import * as z from 'zod';

// Compiled schemas need eval, which a strict Content-Security-Policy forbids. Imported before the first schema is made.
z.config({ jitless: true });
