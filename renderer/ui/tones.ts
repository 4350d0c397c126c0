/** A tone of the payment moment. */
export type Tone = 'success' | 'alert';

interface Beep {
  readonly startMs: number;
  readonly lengthMs: number;
  readonly frequencyHz: number;
}

/** One high tone when the wearable was read; two low ones when somebody must look. */
const tones: Readonly<Record<Tone, readonly Beep[]>> = {
  success: [{ startMs: 0, lengthMs: 400, frequencyHz: 1500 }],
  alert: [
    { startMs: 0, lengthMs: 180, frequencyHz: 750 },
    { startMs: 340, lengthMs: 180, frequencyHz: 750 },
  ],
};

const loudness = 0.12;
const rampMs = 12;
let context: AudioContext | undefined;

/**
 * Plays a tone, when the browser allows sound (it does after the first key or touch) and the
 * person has not asked for a calm screen.
 */
export function playTone(tone: Tone): void {
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
  context ??= new AudioContext();
  if (context.state !== 'running') {
    // The first sound of a page may still be forbidden: it is dropped, never played late.
    void context.resume();
    return;
  }
  for (const beep of tones[tone]) playBeep(context, beep);
}

function playBeep(audio: AudioContext, beep: Beep): void {
  const start = audio.currentTime + beep.startMs / 1000;
  const end = start + beep.lengthMs / 1000;
  const ramp = rampMs / 1000;
  const gain = audio.createGain();
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(loudness, start + ramp);
  gain.gain.setValueAtTime(loudness, end - ramp);
  gain.gain.linearRampToValueAtTime(0, end);
  const oscillator = audio.createOscillator();
  oscillator.frequency.value = beep.frequencyHz;
  oscillator.connect(gain).connect(audio.destination);
  oscillator.start(start);
  oscillator.stop(end);
}
