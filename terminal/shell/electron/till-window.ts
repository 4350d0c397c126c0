import type { BrowserWindow, BrowserWindowConstructorOptions, Session } from 'electron';

/** The few things of Electron that the window needs; a test stands in for them. */
export interface WindowSystem {
  createWindow(options: BrowserWindowConstructorOptions): TillBrowserWindow;
  readonly session: Pick<Session, 'setPermissionRequestHandler' | 'setPermissionCheckHandler'>;
}

/** What is used of a window. */
export type TillBrowserWindow = Pick<BrowserWindow, 'loadURL' | 'once' | 'show' | 'removeMenu'> & {
  readonly webContents: Pick<BrowserWindow['webContents'], 'on' | 'setWindowOpenHandler'>;
};

/**
 * Opens the till's address in a window that can do nothing else: no Node in the page, no other
 * address, no second window, no permission. The page is shown once it is painted.
 */
export async function openTillWindow(
  system: WindowSystem,
  url: string,
  kiosk: boolean,
): Promise<TillBrowserWindow> {
  const { origin } = new URL(url);
  system.session.setPermissionRequestHandler((_contents, _permission, decide) => decide(false));
  system.session.setPermissionCheckHandler(() => false);
  const window = system.createWindow({
    width: 1280,
    height: 800,
    minWidth: 1024,
    minHeight: 720,
    kiosk,
    show: false,
    title: 'Tessera',
    webPreferences: { sandbox: true, contextIsolation: true, nodeIntegration: false },
  });
  window.removeMenu();
  window.once('ready-to-show', () => window.show());
  window.webContents.setWindowOpenHandler(() => ({ action: 'deny' }));
  const keepInside = (event: { preventDefault(): void }, target: string): void => {
    if (!URL.canParse(target) || new URL(target).origin !== origin) event.preventDefault();
  };
  window.webContents.on('will-navigate', (event) => keepInside(event, event.url));
  window.webContents.on('will-redirect', (event) => keepInside(event, event.url));
  window.webContents.on('will-attach-webview', (event) => event.preventDefault());
  await window.loadURL(url);
  return window;
}
