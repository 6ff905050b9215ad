/** A face of GET /faces: its box in 0…1 of the picture. */
export interface Face {
  x: number;
  y: number;
  width: number;
  height: number;
  followed: boolean;
}
