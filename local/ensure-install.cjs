// Runs before `npm start` and `npm test`: installs the dependencies when they are missing or older than the lock file.
// Plain JavaScript without dependencies, because it must run on whatever Node the host has (18 or newer).
const { existsSync, statSync } = require('node:fs');
const { spawnSync } = require('node:child_process');
const { join } = require('node:path');

const root = join(__dirname, '..');
const major = Number(process.versions.node.split('.')[0]);
if (major < 20) {
  console.error(
    `Troupe needs Node 20 or newer to install itself; this is Node ${process.versions.node}. Get one at https://nodejs.org.`,
  );
  process.exit(1);
}

const marker = join(root, 'node_modules', '.package-lock.json');
const lock = join(root, 'package-lock.json');
if (!existsSync(marker) || statSync(marker).mtimeMs < statSync(lock).mtimeMs) {
  console.log('Installing dependencies (once per change of package-lock.json; about a minute) …');
  const npm = process.env.npm_execpath;
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const result = npm
    ? spawnSync(process.execPath, [npm, ...args], { cwd: root, stdio: 'inherit' })
    : spawnSync('npm', args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  if (result.status !== 0) {
    console.error('`npm ci` failed; see its message above. Check the connection to the npm registry and try again.');
    process.exit(result.status ?? 1);
  }
}
