// extract-video --video FILE (--frames FOLDER [--fps N] | --audio FILE)
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { err, ok, type Result } from '../../../src/base/result.ts';
import { runTool } from '../../recompiler/tool/run-tool.ts';
import { audioWords, frameWords } from './ffmpeg-words.ts';

/** Frames or sound of a video, in a form that is the same wherever the same ffmpeg runs. */
runTool({
  name: 'extract-video',
  required: ['video'],
  optional: ['frames', 'fps', 'audio'],
  run(get, find) {
    const video = get('video');
    const frames = find('frames');
    const audio = find('audio');
    if (frames !== undefined) {
      mkdirSync(frames, { recursive: true });
      const done = ffmpeg(frameWords(video, frames, find('fps')));
      if (!done.ok || readdirSync(frames).length > 0) return done;
      return err(`${video} has no frames`);
    }
    if (audio === undefined) return err('neither --frames nor --audio says what is wanted');
    const done = ffmpeg(audioWords(video, audio));
    return done.ok && statSync(audio).size === 0 ? err(`${video} has no sound`) : done;
  },
});

function ffmpeg(words: readonly string[]): Result<number, string> {
  const { error, status, signal } = spawnSync('ffmpeg', words, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (error) return err(`ffmpeg cannot be started: ${error.message}`);
  return status === 0 ? ok(0) : err(`ffmpeg ended with ${signal ?? `exit code ${status}`}`);
}
