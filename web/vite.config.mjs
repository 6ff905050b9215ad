import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { defineConfig } from 'vite';

const out = process.env.VIVIDFACE_PAGES ?? 'dist';

// The robot, which 'vividface render --gltf' made.
const robot = 'robot.glb';
const addRobot = () => copyFileSync(join('..', 'assets', robot), join(out, robot));

// The server sends the .gz as it is.
function gzip(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = join(folder, entry.name);
    if (entry.isDirectory()) gzip(file);
    else if (/\.(html|js|css|svg|glb)$/.test(entry.name)) writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
  }
}

export default defineConfig({
  build: {
    outDir: out,
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: false,
    chunkSizeWarningLimit: 700, // three.js, which comes after the rest of the page
    assetsInlineLimit: 0,
    rollupOptions: { input: ['index.html', 'phone.html'] },
  },
  plugins: [
    {
      name: 'robot and gzip',
      closeBundle: () => {
        addRobot();
        gzip(out);
      },
    },
  ],
});
