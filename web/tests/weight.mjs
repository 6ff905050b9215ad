// What a browser loads, compressed: the pages stay small.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const kMost = 1.5e6; // bytes

function weight(folder) {
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    const file = join(folder, entry.name);
    if (entry.isDirectory()) return sum + weight(file);
    return existsSync(`${file}.gz`) ? sum : sum + statSync(file).size;
  }, 0);
}

const bytes = weight(process.env.VIVIDFACE_PAGES);
console.log(`${bytes} bytes`);
assert(bytes > 0 && bytes <= kMost, `${bytes} bytes; at most ${kMost}`);
