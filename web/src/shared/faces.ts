import { ask } from './token';

/** A face of GET /faces: its box in 0…1 of the picture. */
export interface Face {
  x: number;
  y: number;
  width: number;
  height: number;
  followed: boolean;
  yaw?: number; // degrees from the camera, of the followed one
  pitch?: number; // > 0: the chin is low
}

/** Those in the picture now; none where nobody answers. */
export async function facesInPicture(): Promise<Face[]> {
  const answer = await ask('/faces').catch(() => undefined);
  return answer?.ok === true ? ((await answer.json()) as { faces: Face[] }).faces : [];
}

export async function followedFace(): Promise<Face | undefined> {
  return (await facesInPicture()).find(({ followed }) => followed);
}
