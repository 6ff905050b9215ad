import { element } from '../shared/element';
import { type Face, facesInPicture } from '../shared/faces';
import { ask } from '../shared/token';

const kPeriod = 1000; // ms

/** Of several people in the picture the operator chooses whom the robot follows: each face is a button. */
export class People {
  private readonly picture = element<HTMLImageElement>('person');
  private readonly place = element('faces');
  private readonly largest = element('largest');
  private isChosen = false;

  constructor() {
    this.largest.addEventListener('click', () => void this.choose());
    setInterval(() => void this.look(), kPeriod);
  }

  private async look(): Promise<void> {
    if (document.visibilityState !== 'visible' || this.picture.hidden) return;
    const faces = await facesInPicture();
    this.show(faces.length > 1 || this.isChosen ? faces : []);
  }

  // The buttons stay the same elements, so that one that has the focus keeps it.
  private show(faces: Face[]): void {
    while (this.place.childElementCount > faces.length) this.place.lastElementChild?.remove();
    while (this.place.childElementCount < faces.length) this.place.append(this.button());
    const { left, top, width, height } = shown(this.picture);
    faces.sort((a, b) => a.x - b.x);
    faces.forEach((face, i) => {
      const button = this.place.children[i] as HTMLButtonElement;
      button.setAttribute('aria-label', `Follow face ${i + 1} from the left`);
      button.setAttribute('aria-pressed', String(face.followed));
      button.dataset.at = `x=${face.x + face.width / 2}&y=${face.y + face.height / 2}`;
      const { style } = button;
      style.left = `${left + face.x * width}px`;
      style.top = `${top + face.y * height}px`;
      style.width = `${face.width * width}px`;
      style.height = `${face.height * height}px`;
    });
  }

  private button(): HTMLButtonElement {
    const button = Object.assign(document.createElement('button'), { type: 'button' });
    button.addEventListener('click', () => void this.choose(button.dataset.at));
    return button;
  }

  private async choose(at?: string): Promise<void> {
    const answer = await ask(at === undefined ? '/person' : `/person?${at}`, 'POST').catch(() => undefined);
    if (answer?.ok === true) this.isChosen = at !== undefined;
    this.largest.hidden = !this.isChosen;
    await this.look();
  }
}

/** Where within its frame a picture that is fitted into it is, px. */
function shown(picture: HTMLImageElement): { left: number; top: number; width: number; height: number } {
  const scale = Math.min(picture.clientWidth / picture.naturalWidth, picture.clientHeight / picture.naturalHeight);
  const [width, height] = [scale * picture.naturalWidth, scale * picture.naturalHeight];
  return { left: (picture.clientWidth - width) / 2, top: (picture.clientHeight - height) / 2, width, height };
}
