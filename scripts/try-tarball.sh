#!/usr/bin/env bash
# Packs the project, installs the tarball in an empty folder, and uses command, library and types from there.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

npm pack --silent --pack-destination "$folder" "$root" >/dev/null
cd "$folder"
npm init -y >/dev/null
npm install --no-audit --no-fund --silent ./*.tgz
npx cofferdam --version
npx cofferdam check docker-run:'run --privileged debian' --fail-on critical >/dev/null && { echo 'expected exit 1'; exit 1; }
cat > use.mjs <<'JS'
import { CATALOGUE, defineVector, readTargets, words } from 'cofferdam';
if (CATALOGUE.length < 180) throw new Error(`only ${CATALOGUE.length} vectors`);
if (typeof defineVector !== 'function' || typeof readTargets !== 'function' || typeof words.capable !== 'function') throw new Error('exports are missing');
JS
node use.mjs
cat > use.ts <<'TS'
import { type Vector, defineVector, words } from 'cofferdam';
export const own: Vector = defineVector({
  id: 'own', title: 'Container reaches the shared cache', mechanism: 'mount', phase: 'request', goal: 'host-data', severity: 'low', stride: 'T',
  appliesTo: ['workload'], routes: [[words.becomesRoot]], why: 'An example.', fix: 'None.', refs: {}, examples: [],
});
TS
cat > tsconfig.json <<'JSON'
{ "compilerOptions": { "noEmit": true, "strict": true, "module": "nodenext", "target": "es2023", "types": [], "skipLibCheck": true }, "files": ["use.ts"] }
JSON
"$root/node_modules/.bin/tsc" -p .
echo 'tarball: command, library and types work'
