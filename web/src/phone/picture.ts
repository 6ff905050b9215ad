export interface PictureSettings {
  longest: number; // px of the longer side
  quality: number; // of the JPEG, 0…1
}

/** Makes the camera's pictures into JPEGs of the wanted size. */
export class PictureMaker {
  private readonly canvas = document.createElement('canvas');
  private readonly context = this.canvas.getContext('2d', { alpha: false });

  constructor(private readonly video: HTMLVideoElement) {}

  get size(): string {
    return `${this.canvas.width} × ${this.canvas.height}`;
  }

  /** The picture that is there now; nothing where there is none. */
  async take({ longest, quality }: PictureSettings): Promise<ArrayBuffer | undefined> {
    const { videoWidth: width, videoHeight: height } = this.video;
    if (this.context === null || width === 0 || height === 0) return undefined;
    const scale = Math.min(1, longest / Math.max(width, height));
    const wanted = [Math.round(width * scale), Math.round(height * scale)] as const;
    if (this.canvas.width !== wanted[0] || this.canvas.height !== wanted[1]) [this.canvas.width, this.canvas.height] = wanted;
    this.context.drawImage(this.video, 0, 0, ...wanted);
    const blob = await new Promise<Blob | null>((done) => this.canvas.toBlob(done, 'image/jpeg', quality));
    return blob?.arrayBuffer();
  }
}

/** How light the camera's picture is on average, 0…255. */
export class LightMeter {
  private readonly canvas = Object.assign(document.createElement('canvas'), { width: 16, height: 12 });
  private readonly context = this.canvas.getContext('2d', { alpha: false, willReadFrequently: true });

  measure(video: HTMLVideoElement): number {
    if (this.context === null || video.videoWidth === 0) return 255;
    this.context.drawImage(video, 0, 0, this.canvas.width, this.canvas.height);
    const pixels = this.context.getImageData(0, 0, this.canvas.width, this.canvas.height).data;
    let sum = 0;
    for (let i = 0; i < pixels.length; i += 4) {
      sum += 0.299 * (pixels[i] ?? 0) + 0.587 * (pixels[i + 1] ?? 0) + 0.114 * (pixels[i + 2] ?? 0);
    }
    return sum / (pixels.length / 4);
  }
}
