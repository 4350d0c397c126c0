import '@fontsource-variable/inter';
import '../ui/tokens.css';
import '../ui/base.css';
import './operations.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Operations } from './operations.tsx';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');

createRoot(root).render(
  <StrictMode>
    <Operations />
  </StrictMode>,
);
