import { createContext } from 'react';

/** Opens the drawer with the thread list, on screens too narrow to show it always. */
export const DrawerContext = createContext<() => void>(() => undefined);
