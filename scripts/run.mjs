// Runs a script of ours on the Node that this project pins, installing what is missing first.
// Plain JavaScript for any Node from 20 on: it is all that runs before the pinned one is there.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamp = path.join(root, 'node_modules', '.tessera-installed');
const lock = path.join(root, '.tessera-installing');
const windows = process.platform === 'win32';
const pinnedNode = path.join(root, 'node_modules', 'node', 'bin', windows ? 'node.exe' : 'node');

const [script, ...args] = process.argv.slice(2);
process.exitCode = (await installed()) ? await run() : 1;

/** Whether everything of package-lock.json is there, after an installation if it must be. */
async function installed() {
  await otherInstallation();
  const wanted = wantedStamp();
  if (isInstalled(wanted)) return true;
  writeFileSync(lock, String(process.pid));
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  say('Installing what is missing (about half a minute, only now).');
  const progress = setInterval(() => say(`Still installing, ${seconds()} s.`), 10_000);
  const ended = await npmInstall();
  clearInterval(progress);
  rmSync(lock, { force: true });
  if (ended.code !== 0) return failed(ended.output);
  if (!existsSync(pinnedNode))
    return failed('The package `node` brought no program for this machine.');
  writeFileSync(stamp, wanted);
  say(`Installed in ${seconds()} s.`);
  return true;
}

function isInstalled(wanted) {
  return existsSync(pinnedNode) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;
}

function wantedStamp() {
  const locked = readFileSync(path.join(root, 'package-lock.json'));
  const digest = createHash('sha256').update(locked).digest('hex');
  return `${digest} ${process.platform} ${process.arch}\n`;
}

/** Waits while another start installs. One that was killed in the middle is not waited for. */
async function otherInstallation() {
  for (let told = false; existsSync(lock); told = true) {
    const pid = Number(readFileSync(lock, 'utf8'));
    if (!isRunning(pid)) return rmSync(lock, { force: true });
    if (!told) say('Another start is installing; waiting for it.');
    await sleep(500);
  }
}

function isRunning(pid) {
  try {
    return pid > 0 && process.kill(pid, 0) === true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function npmInstall() {
  const npm = process.env.npm_execpath;
  const [program, first] = npm ? [process.execPath, [npm]] : [windows ? 'npm.cmd' : 'npm', []];
  // Not `ci`: it refuses a lock file that lacks platform packages which nobody has published.
  const options = [
    '--no-save',
    '--include=dev',
    '--include=optional',
    '--ignore-scripts=false',
    '--loglevel=error',
  ];
  const env = { ...process.env, NODE_ENV: 'development' };
  // Flags meant for our script, such as --json, would change what npm does.
  for (const name of Object.keys(env)) {
    if (/^npm_config_(json|port|dry_run|silent|global)$/i.test(name)) delete env[name];
  }
  const child = spawn(program, [...first, 'install', ...options], {
    cwd: root,
    env,
    shell: windows && !npm,
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: 1, output: error.message }));
    child.once('close', (code) => resolve({ code, output }));
  });
}

function failed(output) {
  say('The installation failed. Is the network there, and npm 9 or newer? npm said:');
  const lines = output.split('\n').filter((line) => line.replace('npm error', '').trim() !== '');
  say(lines.slice(0, 12).join('\n'));
  return false;
}

/** Runs the script; its end is ours, and so are the signals we get. */
function run() {
  const env = {
    ...process.env,
    PATH: path.join(root, 'node_modules', '.bin') + path.delimiter + process.env.PATH,
  };
  const child = spawn(pinnedNode, [path.join(root, script), ...args], { stdio: 'inherit', env });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => {
    child.once('error', (error) => {
      say(`The pinned Node cannot be started: ${error.message}`);
      resolve(1);
    });
    child.once('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)));
  });
}

function say(sentence) {
  process.stderr.write(`${sentence}\n`);
}
