import './config/no-eval.ts';
import './styles/main.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Boot } from './app/boot.tsx';
import { preloadMarkdown } from './markdown/lazy-markdown.tsx';
import { watchTheme } from './state/theme.ts';

watchTheme(window);
preloadMarkdown();

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element with the id "root"');
createRoot(root).render(
  <StrictMode>
    <Boot />
  </StrictMode>,
);
