import './phone.css';
import { element, say } from '../shared/element';
import { followedFace } from '../shared/faces';
import { KeptPeople } from '../shared/people';
import { ask } from '../shared/token';
import { Advice } from './advice';
import { calibrateByButtons } from './calibrate';
import { keepAwake, onEachPicture, openCamera } from './camera';
import { FrameStream } from './frame_stream';
import { LightMeter, PictureMaker } from './picture';

const kTold = 250; // ms between what is said
const kMeasured = 2000; // ms between looks at the face's size and turn

const video = element<HTMLVideoElement>('camera');
const longest = element<HTMLSelectElement>('longest');
const quality = element<HTMLInputElement>('quality');

const advice = new Advice();
const pictures = new PictureMaker(video);
const meter = new LightMeter();
const stream = new FrameStream({
  answer: (answer) => advice.answered(answer),
  connection: (state) => advice.connected(state),
});

let isEncoding = false;
let calibration: string | undefined; // said before all advice

async function sendPicture(): Promise<void> {
  if (isEncoding || !stream.isReady) return;
  isEncoding = true;
  const captured = performance.timeOrigin + performance.now();
  const jpeg = await pictures.take({ longest: Number(longest.value), quality: Number(quality.value) });
  isEncoding = false;
  if (jpeg !== undefined) stream.send(jpeg, captured);
}

function tell(): void {
  advice.lit(meter.measure(video));
  const { rate, roundTrip } = stream.pace();
  say(element('advice'), calibration ?? advice.text);
  say(element('rate'), rate.toFixed(rate < 10 ? 1 : 0));
  say(element('round-trip'), roundTrip === undefined ? '–' : `${Math.round(roundTrip)} ms`);
  say(element('size'), pictures.size);
  document.querySelector('.oval')?.classList.toggle('found', advice.hasFace);
}

async function measure(): Promise<void> {
  const face = advice.hasFace ? await followedFace() : undefined;
  if (face !== undefined) advice.seen(face);
}

async function stop(): Promise<void> {
  const answer = await ask('/stop', 'POST').catch(() => undefined);
  if (answer?.ok !== true) say(element('advice'), 'The stop did not get through!');
}

element('stop').addEventListener('click', () => void stop());
calibrateByButtons((text) => {
  calibration = text;
  tell();
});
new KeptPeople();
quality.addEventListener('input', () => say(element('quality-value'), quality.value));

try {
  await openCamera(video);
  keepAwake();
  onEachPicture(video, () => void sendPicture());
  setInterval(tell, kTold);
  setInterval(() => void measure(), kMeasured);
} catch (error) {
  say(element('advice'), (error as Error).message);
}
