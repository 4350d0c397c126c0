import './schema-policy.ts';
import '@fontsource-variable/inter';
import './ui/tokens.css';
import './ui/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { connectTerminal } from './bridge-client.ts';
import { Checkout } from './checkout/checkout.tsx';
import { Till } from './checkout/till.ts';
import { TillContext } from './checkout/till-context.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');

const bridge = connectTerminal();
const access = { till: new Till(bridge, localStorage), api: bridge.api };

createRoot(root).render(
  <StrictMode>
    <TillContext value={access}>
      <Checkout />
    </TillContext>
  </StrictMode>,
);
