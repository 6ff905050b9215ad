import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { defineConfig } from 'vite';

const out = process.env.VIVIDFACE_PAGES ?? 'dist';

// The server sends the .gz as it is.
function gzip(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = join(folder, entry.name);
    if (entry.isDirectory()) gzip(file);
    else if (/\.(html|js|css|svg)$/.test(entry.name)) writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
  }
}

export default defineConfig({
  build: {
    outDir: out,
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: false,
    assetsInlineLimit: 0,
    rollupOptions: { input: ['index.html', 'phone.html'] },
  },
  plugins: [{ name: 'gzip', closeBundle: () => gzip(out) }],
});
