import './dashboard.css';
import { element, say } from '../shared/element';
import { LiveSocket } from '../shared/live_socket';
import { CalibrationPanel } from './calibration';
import { ControlBars } from './controls';
import { EnginePanel } from './engines';
import { Latency } from './latency';
import { operate, showPause } from './operator';
import { showPace } from './pace';
import { People } from './people';
import { showPhoneCode } from './phone_code';
import { showPictures } from './pictures';
import { showProfile } from './profile_panel';
import { Recordings } from './recordings';
import { Robot } from './robot';
import type { ServiceMessage } from './service';
import { showSessions } from './sessions';
import { chooseTheme } from './theme';

const kMeaning: Record<string, string> = {
  connecting: 'The service does not answer. The page tries again by itself.',
  'not allowed': 'This link is not valid any more: take the one that the terminal shows.',
  'no camera': 'No frames come in. Open the phone page.',
  'looking for a face': 'Frames come in, but there is no face to follow yet.',
  shadowing: 'The robot shows the expression of the person.',
  holding: 'The face is lost. The last pose is held.',
  neutral: 'The face is lost. The robot goes to its neutral face.',
  paused: 'The robot goes to its neutral face and waits there for the start.',
  stopped: 'Nothing moves the robot until a person releases it.',
};

function showState(state: string): void {
  const text = element('state');
  say(text, state);
  text.dataset.state = state;
  document.body.dataset.state = state;
  say(element('state-more'), kMeaning[state] ?? '');
  element('release').hidden = state !== 'stopped';
  showPause(state);
}

function showSession(): void {
  const bars = new ControlBars(element('controls'));
  const robot = new Robot();
  const latency = new Latency();
  const recordings = new Recordings();
  showPictures();
  new People();
  new CalibrationPanel();
  void showProfile();
  void showPhoneCode();
  new EnginePanel();
  new LiveSocket('/ws/state', {
    message: (data) => {
      const message = JSON.parse(String(data)) as ServiceMessage;
      if (message.names !== undefined) {
        bars.describe(message);
        recordings.describe(message);
      }
      if (message.state !== undefined) showState(message.state);
      if (message.controls !== undefined) {
        bars.show(message.controls);
        robot.show(message.controls);
      }
      if (message.performance !== undefined) {
        showPace(message.performance);
        latency.add(message.performance);
      }
    },
    connection: (state) => {
      if (state !== 'open') showState(state === 'refused' ? 'not allowed' : 'connecting');
    },
  });
}

chooseTheme();
operate();
if (!(await showSessions())) showSession();
