import { element, say } from '../shared/element';
import { base } from '../shared/base';
import { ask } from '../shared/token';

const kPeriod = 3000; // ms: a code works once, then there is another

/** Shows the code that a phone scans, where phones can get in. */
export async function showPhoneCode(): Promise<void> {
  if (await showCode()) setInterval(() => document.visibilityState === 'visible' && void showCode(), kPeriod);
}

let shown = '';

// Whether there is one.
async function showCode(): Promise<boolean> {
  const answer = await ask('/qr.svg').catch(() => undefined);
  const more = element('code-more');
  if (answer?.ok === true) {
    const image = element<HTMLImageElement>('code');
    const svg = await answer.text();
    if (svg !== shown) {
      URL.revokeObjectURL(image.src);
      image.src = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
      shown = svg;
    }
    image.hidden = false;
    say(more, 'Scan it with a phone in the same network; it lets one phone in. The phone warns of a certificate that it does not know: go on.');
    return true;
  }
  if (answer?.status === 403) {
    say(more, 'The code is shown on the machine that serves alone.');
  } else if (shown === '') {
    more.textContent = 'Only this machine can get in. Start with --bind 0.0.0.0 for phones, or ';
    more.append(Object.assign(document.createElement('a'), { href: `${base}/phone`, target: '_blank', textContent: 'use the camera of this one' }), '.');
  }
  return false;
}
