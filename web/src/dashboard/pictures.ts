import { element } from '../shared/element';
import { LiveSocket } from '../shared/live_socket';

const kHeaderSize = 4; // "VP", version 1, the kind
const kKinds = ['person', 'animated'];

/** Shows the pictures of /ws/preview while the page is looked at. */
export function showPictures(): void {
  const urls = new Map<string, string>();
  new LiveSocket('/ws/preview', {
    message: (data) => {
      if (!(data instanceof ArrayBuffer) || document.visibilityState !== 'visible') return;
      const id = kKinds[new Uint8Array(data)[3] ?? -1];
      if (id === undefined) return;
      const url = URL.createObjectURL(new Blob([data.slice(kHeaderSize)], { type: 'image/jpeg' }));
      const image = element<HTMLImageElement>(id);
      image.src = url;
      image.hidden = false;
      URL.revokeObjectURL(urls.get(id) ?? '');
      urls.set(id, url);
    },
    connection: () => undefined,
  });
}
