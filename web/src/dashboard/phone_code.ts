import { element } from '../shared/element';
import { base } from '../shared/base';
import { ask } from '../shared/token';

/** Shows the code that a phone scans, where phones can get in. */
export async function showPhoneCode(): Promise<void> {
  const answer = await ask('/qr.svg').catch(() => undefined);
  const more = element('code-more');
  if (answer?.ok === true) {
    const image = element<HTMLImageElement>('code');
    image.src = URL.createObjectURL(await answer.blob());
    image.hidden = false;
    more.textContent = 'Scan it with a phone in the same network. The phone warns of a certificate that it does not know: go on.';
  } else if (answer?.status === 403) {
    more.textContent = 'The code is shown on the machine that serves alone.';
  } else {
    more.textContent = 'Only this machine can get in. Start with --bind 0.0.0.0 for phones, or ';
    more.append(Object.assign(document.createElement('a'), { href: `${base}/phone`, target: '_blank', textContent: 'use the camera of this one' }), '.');
  }
}
