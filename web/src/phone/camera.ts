/** Opens the front camera. It throws an Error that says what the person can do. */
export async function openCamera(video: HTMLVideoElement): Promise<void> {
  if (navigator.mediaDevices === undefined) throw new Error('A camera needs a secure page: open the https link.');
  try {
    video.srcObject = await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { facingMode: 'user', width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 } },
    });
  } catch (error) {
    throw new Error(reason(error));
  }
  await video.play();
}

function reason(error: unknown): string {
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError') return 'The camera is not allowed. Allow it for this page, then load the page again.';
  if (name === 'NotFoundError') return 'There is no camera.';
  if (name === 'NotReadableError') return 'Another program has the camera. Close it, then load the page again.';
  return `The camera does not start: ${String(error)}`;
}

/** Calls `next` for each new picture of the camera, or for each of the screen where the browser cannot tell. */
export function onEachPicture(video: HTMLVideoElement, next: () => void): void {
  if ('requestVideoFrameCallback' in video) {
    const again = (): void => {
      next();
      video.requestVideoFrameCallback(again);
    };
    video.requestVideoFrameCallback(again);
  } else {
    const again = (): void => {
      next();
      requestAnimationFrame(again);
    };
    requestAnimationFrame(again);
  }
}

/** Keeps the screen awake while the page is looked at, where the browser can. */
export function keepAwake(): void {
  const ask = (): void => {
    if (document.visibilityState === 'visible') navigator.wakeLock?.request('screen').catch(() => undefined);
  };
  document.addEventListener('visibilitychange', ask);
  ask();
}
