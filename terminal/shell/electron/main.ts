import path from 'node:path';
import { app, BrowserWindow, dialog, session, utilityProcess } from 'electron';
import { openTillWindow } from './till-window.ts';

/**
 * Electron's main process: one window on the till that the terminal serves. The address comes from
 * whoever started us (TESSERA_TILL_URL); an installed app starts the terminal itself.
 */
if (app.requestSingleInstanceLock()) void main();
else app.quit();

async function main(): Promise<void> {
  await app.whenReady();
  app.on('window-all-closed', () => app.quit());
  try {
    const url = process.env['TESSERA_TILL_URL'] ?? (await startTerminal());
    const system = {
      createWindow: (options: Electron.BrowserWindowConstructorOptions) =>
        new BrowserWindow(options),
      session: session.defaultSession,
    };
    await openTillWindow(system, url, app.commandLine.hasSwitch('kiosk'));
  } catch (error) {
    dialog.showErrorBox('Tessera cannot start', error instanceof Error ? error.message : '');
    app.exit(1);
  }
}

/** Starts the terminal that was packed with the app; it ends with the app. */
function startTerminal(): Promise<string> {
  const data = app.getPath('userData');
  const enrolment = path.join(data, 'enrolment', 'terminal.json');
  const program = path.join(import.meta.dirname, '../terminal/main.mjs');
  const args = ['--enrolment', enrolment, '--data-dir', path.join(data, 'terminal')];
  const terminal = utilityProcess.fork(program, args, { serviceName: 'Tessera terminal' });
  app.on('will-quit', () => terminal.kill());
  return new Promise((resolve, reject) => {
    terminal.on('message', (message: unknown) => {
      const url = message && typeof message === 'object' && 'url' in message ? message.url : '';
      resolve(String(url));
    });
    terminal.once('exit', () =>
      reject(new Error(`The terminal ended. Is it enrolled? ${enrolment}`)),
    );
  });
}
