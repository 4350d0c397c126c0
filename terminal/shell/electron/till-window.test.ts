import type { BrowserWindowConstructorOptions } from 'electron';
import { beforeEach, describe, expect, test } from 'vitest';
import { openTillWindow, type TillBrowserWindow, type WindowSystem } from './till-window.ts';

const URL_OF_TILL = 'http://127.0.0.1:7420/?token=test';

type Listener = (event: { url: string; preventDefault(): void }) => void;

/** A window that keeps what was asked of it. */
class FakeWindow {
  loaded = '';
  shown = false;
  menu = true;
  opens: unknown;
  readonly listeners = new Map<string, Listener>();
  readonly webContents = {
    on: (name: string, listener: Listener) => void this.listeners.set(name, listener),
    setWindowOpenHandler: (handler: () => unknown) => {
      this.opens = handler();
    },
  };
  once(_name: string, listener: () => void): void {
    listener();
  }
  show(): void {
    this.shown = true;
  }
  removeMenu(): void {
    this.menu = false;
  }
  async loadURL(url: string): Promise<void> {
    this.loaded = url;
  }
}

let window: FakeWindow;
let options: BrowserWindowConstructorOptions;
let granted: boolean | undefined;
let checked: boolean;

const system: WindowSystem = {
  createWindow(wanted) {
    options = wanted;
    return window as unknown as TillBrowserWindow;
  },
  session: {
    setPermissionRequestHandler: (handler) => {
      handler?.(
        {} as never,
        'media',
        (decision) => {
          granted = decision;
        },
        {} as never,
      );
    },
    setPermissionCheckHandler: (handler) => {
      checked = handler?.(null, 'media', '', {} as never) ?? true;
    },
  },
};

beforeEach(async () => {
  window = new FakeWindow();
  granted = undefined;
  await openTillWindow(system, URL_OF_TILL, true);
});

/** Whether the window stops the page from going there. */
function stopped(event: string, url: string): boolean {
  let prevented = false;
  window.listeners.get(event)?.({ url, preventDefault: () => (prevented = true) });
  return prevented;
}

describe('the till window', () => {
  test('shows the till, without a menu', () => {
    expect(window).toMatchObject({ loaded: URL_OF_TILL, shown: true, menu: false });
    expect(options.kiosk).toBe(true);
  });

  test('gives the page nothing of Node', () => {
    expect(options.webPreferences).toEqual({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
    });
  });

  test.each([
    ['http://127.0.0.1:7420/receipts', false],
    ['http://127.0.0.1:7421/', true],
    ['https://example.com/', true],
    ['file:///etc/passwd', true],
    ['nonsense', true],
  ])('going to %s is stopped: %s', (url, expected) => {
    expect(stopped('will-navigate', url)).toBe(expected);
    expect(stopped('will-redirect', url)).toBe(expected);
  });

  test('opens no other window, view or permission', () => {
    expect(window.opens).toEqual({ action: 'deny' });
    expect(stopped('will-attach-webview', URL_OF_TILL)).toBe(true);
    expect([granted, checked]).toEqual([false, false]);
  });
});
